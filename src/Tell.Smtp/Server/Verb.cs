namespace Tell.Smtp.Server;

/// <summary>Carries out a command. The argument is good until the handler first awaits; the reply is written when it completes.</summary>
internal delegate ValueTask VerbHandler(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop);

/// <summary>A row of the verb table.</summary>
/// <param name="Name">Capital letters.</param>
/// <param name="Legal">The phases in which it may be said.</param>
/// <param name="Handle">What it does.</param>
/// <param name="Syntax">How to say it, for HELP.</param>
internal sealed record Verb(string Name, Phases Legal, VerbHandler Handle, string Syntax);
