namespace Tell.Smtp.Sasl;

/// <summary>How an authentication goes on.</summary>
/// <param name="State">Challenge, success or failure.</param>
/// <param name="Challenge">For Challenge: what is sent, before base64; may be empty.</param>
/// <param name="User">For Success: the canonical name of who it is.</param>
public readonly record struct SaslStep(SaslState State, ReadOnlyMemory<byte> Challenge = default, string? User = null);
