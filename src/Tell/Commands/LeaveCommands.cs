namespace Tell.Commands;

/// <summary>QUIT and EXIT.</summary>
internal static class LeaveCommands
{
    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) => new[] { "QUIT", "EXIT" }.Select(word => new Command
    {
        Words = word,
        Group = "Console",
        Summary = "Stop the MTA and end the server.",
        Detail = "Sessions end, what is under way is put back into its queue, nothing is lost.",
        Handler = async call =>
        {
            if (call.Arguments.Count > 0)
                return call.Usage();
            await host.EndAsync(call.Cancellation);
            call.Answer.Line("Server shutdown.");
            return true;
        },
    });
}
