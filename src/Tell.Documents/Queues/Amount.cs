namespace Tell.Documents;

/// <summary>How much mail: the three columns of an account (seed 004, with octets for its blocks).</summary>
/// <param name="Messages">Messages.</param>
/// <param name="Recipients">Their recipients.</param>
/// <param name="Octets">Their octets.</param>
public readonly record struct Amount(long Messages, long Recipients, long Octets)
{
    /// <summary>The sum, column by column.</summary>
    public static Amount operator +(Amount one, Amount other) =>
        new(one.Messages + other.Messages, one.Recipients + other.Recipients, one.Octets + other.Octets);
}
