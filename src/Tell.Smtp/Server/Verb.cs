namespace Tell.Smtp.Server;

/// <summary>Carries out a command. The argument is good until the handler first awaits; the reply is written when it completes.</summary>
internal delegate ValueTask VerbHandler(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop);

/// <summary>A row of the verb table.</summary>
/// <param name="Name">Capital letters.</param>
/// <param name="Legal">The phases in which it may be said.</param>
/// <param name="Handle">What it does.</param>
/// <param name="Syntax">How to say it, for HELP.</param>
/// <param name="Extension">The extension that it belongs to, without which it is not implemented (502); null for none.</param>
/// <param name="Parameters">The parameters that it takes in a session, for HELP; null for none.</param>
internal sealed record Verb(
    string Name, Phases Legal, VerbHandler Handle, string Syntax, Extension? Extension = null, Func<SessionState, string>? Parameters = null)
{
    /// <summary>True where it is known to the session as things stand.</summary>
    public bool IsOffered(SessionState session) => Extension is null || Extension.IsOffered(session);

    /// <summary>How to say it in a session, on one line.</summary>
    public string Usage(SessionState session) => Syntax + Parameters?.Invoke(session);
}
