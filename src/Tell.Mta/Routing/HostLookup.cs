using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Mta.Routing;

/// <summary>The hosts to try for a next hop, in this order; or why there are none.</summary>
public sealed record HostLookup
{
    /// <summary>The hosts; empty where the look-up failed.</summary>
    public ImmutableArray<MailHost> Hosts { get; private init; } = [];

    /// <summary>Why there are none: class 5 will not get better by waiting, class 4 may.</summary>
    public EnhancedStatus Status { get; private init; }

    /// <summary>The same in words, one line.</summary>
    public string Text { get; private init; } = "";

    /// <summary>True where mail for it can only be given back.</summary>
    public bool IsPermanent => Status.Class == 5;

    /// <summary>Found.</summary>
    public static HostLookup Found(ImmutableArray<MailHost> hosts) => new() { Hosts = hosts };

    /// <summary>Not found.</summary>
    public static HostLookup Failed(EnhancedStatus status, string text) => new() { Status = status, Text = text };
}
