namespace Tell.Tests.Tools;

/// <summary>What a server answered to the test's own client.</summary>
/// <param name="Code">The three digits.</param>
/// <param name="Text">The whole reply, lines joined by LF.</param>
public sealed record SmtpReply(int Code, string Text)
{
    /// <summary>Whether it is 2yz.</summary>
    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>Whether it is 4yz: try again later.</summary>
    public bool IsTemporary => Code is >= 400 and < 500;
}
