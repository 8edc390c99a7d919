using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>What a TNEF stream (winmail.dat, MS-OXTNEF) holds beyond the message that carries it. What the stream does not have is null or empty.</summary>
public sealed record TnefMessage
{
    /// <summary>The subject.</summary>
    public string? Subject { get; init; }

    /// <summary>The body as plain text.</summary>
    public string? Text { get; init; }

    /// <summary>The body as HTML; what charset it names inside itself no longer counts.</summary>
    public string? Html { get; init; }

    /// <summary>The body as RTF, decompressed (MS-OXRTFCP): its octets are ASCII, each a character here.</summary>
    public string? Rtf { get; init; }

    /// <summary>The message class, "IPM.Note".</summary>
    public string? MessageClass { get; init; }

    /// <summary>The charset of the texts that are not Unicode, by its usual name.</summary>
    public string Charset { get; init; } = "windows-1252";

    /// <summary>The files, in order.</summary>
    public ImmutableArray<TnefAttachment> Attachments { get; init; } = [];

    /// <summary>What is wrong with the stream, a few words each.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];
}
