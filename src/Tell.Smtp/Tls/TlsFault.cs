namespace Tell.Smtp.Tls;

/// <summary>Why there is no secure connection.</summary>
/// <param name="Kind">The kind, by which RFC 8460 reports count it.</param>
/// <param name="Text">One line, fit for the log.</param>
public sealed record TlsFault(TlsFaultKind Kind, string Text);
