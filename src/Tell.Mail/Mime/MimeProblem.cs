namespace Tell.Mail;

/// <summary>Something in a message that is not as the RFCs have it, or that a limit cut short. The message is read on.</summary>
/// <param name="Section">The entity, as IMAP numbers it: "1.2"; "" for the message itself.</param>
/// <param name="Text">What, one line, in words for an operator.</param>
public sealed record MimeProblem(string Section, string Text)
{
    /// <summary>"part 1.2: text".</summary>
    public override string ToString() => Section.Length == 0 ? Text : $"part {Section}: {Text}";
}
