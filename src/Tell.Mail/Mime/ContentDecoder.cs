namespace Tell.Mail;

/// <summary>
/// Undoes a transfer encoding, piece by piece: the output is the same however the input is cut. Nothing makes it fail; what is damaged is said once.
/// </summary>
internal abstract class ContentDecoder
{
    /// <summary>What is held back at most, and so may come out with a piece on top of what the piece gives.</summary>
    public const int Held = 4096;

    /// <summary>What is wrong with the content, once something is.</summary>
    public string? Problem { get; protected set; }

    /// <summary>A content starts.</summary>
    public virtual void Start() => Problem = null;

    /// <summary>Takes all of the input. The output has room for its length and <see cref="Held"/> more.</summary>
    /// <returns>The octets written.</returns>
    public abstract int Decode(ReadOnlySpan<byte> input, Span<byte> output);

    /// <summary>The content ends: what was held back, at most <see cref="Held"/>.</summary>
    /// <returns>The octets written.</returns>
    public abstract int Finish(Span<byte> output);
}
