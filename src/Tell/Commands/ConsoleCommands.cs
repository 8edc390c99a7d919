namespace Tell.Commands;

/// <summary>Puts the table together.</summary>
public static class ConsoleCommands
{
    /// <summary>All commands over a host, with rows that only the caller has.</summary>
    public static CommandTable Table(ICommandHost host, params IEnumerable<Command> more)
    {
        CommandTable? table = null;
        table = new CommandTable(
        [
            .. MtaCommands.Rows(host),
            .. StatisticsCommands.Rows(host),
            .. CountersCommands.Rows(host),
            .. ConfigurationCommands.Rows(host),
            .. QueueCommands.Rows(host),
            HostStatusCommand.Row(host),
            .. DestinationControlCommands.Rows(host),
            .. BounceProfileCommands.Rows(host),
            .. ScheduleCommand.Rows(host),
            .. SendCommand.Rows(host),
            .. MailFileCommands.Rows(host),
            .. HoldCommands.Rows(host),
            MimeCommand.Row,
            .. NamesCommands.Rows(host),
            HelpCommand.For(() => table!),
            .. more,
            .. LeaveCommands.Rows(host),
        ]);
        return table;
    }
}
