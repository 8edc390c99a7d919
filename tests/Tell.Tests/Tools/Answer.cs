namespace Tell.Tests.Tools;

/// <summary>How a program ended and what it printed.</summary>
/// <param name="Status">The exit status.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
public sealed record Answer(int Status, string Output, string Errors)
{
    /// <summary>Everything it printed.</summary>
    public string Text => Output + Errors;

    /// <summary>This answer, if the status is 0; otherwise the test fails with everything printed.</summary>
    public Answer Succeeded()
    {
        Assert.True(Status == 0, $"exit {Status}\n--- stdout\n{Output}\n--- stderr\n{Errors}");
        return this;
    }
}
