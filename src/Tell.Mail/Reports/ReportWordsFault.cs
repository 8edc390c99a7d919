namespace Tell.Mail;

/// <summary>Why a file of words cannot be used.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Reason">What is wrong with it, for its author.</param>
public readonly record struct ReportWordsFault(int Line, string Reason);
