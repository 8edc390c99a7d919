namespace Tell.Commands;

/// <summary>One command on its way: what it was called with, and where its answer goes.</summary>
/// <param name="Command">The row of the table.</param>
/// <param name="Arguments">The words after the fixed ones.</param>
/// <param name="Input">Where its files come from.</param>
/// <param name="Answer">Where its answer goes.</param>
/// <param name="Cancellation">Ends it where the server stops.</param>
public sealed record CommandCall(Command Command, IReadOnlyList<string> Arguments, ICommandInput Input, Answer Answer, CancellationToken Cancellation)
{
    /// <summary>Who typed it, for the logs.</summary>
    public string By => Input.User;

    /// <summary>Says how the command is used; false, so that a handler can return it.</summary>
    public bool Usage()
    {
        Answer.Line($"Usage: {Command.Usage}");
        return false;
    }

    /// <summary>Says why it was not done; false, so that a handler can return it.</summary>
    public bool Refuse(string reason)
    {
        Answer.Line(reason);
        return false;
    }
}
