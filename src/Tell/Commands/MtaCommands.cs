using System.Globalization;
using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>LOAD, TELL SMTPMTA ..., SHOW TASKS and SHOW SERVER (facts: lotus 3.1).</summary>
internal static class MtaCommands
{
    private const string Tasks = "[INBOUND|OUTBOUND [TRANSPORT|CONVERSION]|DRTASK]";

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        Row("LOAD SMTPMTA", "Load the MTA: start the Add-In Controller and all its tasks.", async call =>
        {
            var loaded = host.Operations.ShowTasks().Count > 0;
            await host.Operations.LoadAsync(call.Cancellation);
            call.Answer.Line(loaded ? "SMTPMTA: is loaded already" : "SMTPMTA: loaded");
        }),
        Row("TELL SMTPMTA QUIT", "Shut the MTA down.", async call =>
        {
            await host.QuitAsync(call.Cancellation);
            call.Answer.Line("SMTPMTA: shutdown complete");
        }) with
        { Detail = "Nothing is lost: what is under way goes back into its queue.\nTyped at the server's own terminal it leaves the console, where LOAD SMTPMTA loads the MTA again;\nfrom a shell it ends the server." },
        Loaded(host, Selection("START", "Start all tasks but the Add-In Controller, or some.", "started", (tasks, cancellation) => host.Operations.StartAsync(tasks, cancellation))),
        Loaded(host, Selection("STOP", "Stop all tasks but the Add-In Controller, or some.", "stopped", (tasks, cancellation) => host.Operations.StopAsync(tasks, cancellation))),
        Loaded(host, new Command
        {
            Words = "TELL SMTPMTA REFRESH",
            Group = "MTA",
            Summary = "Read the configuration again and put it into force.",
            Detail = "A notes.ini with an error changes nothing; the answer says which line. Certificates and the words of reports are read again too.",
            Handler = call => call.Arguments.Count > 0 ? Task.FromResult(call.Usage()) : RefreshAsync(host, call),
        }),
        Row("TELL SMTPMTA SHOW CONFIG", "Show the settings in force.", call =>
        {
            call.Answer.Table([.. host.Operations.ShowConfiguration().Select(pair => (string[])["  " + pair.Key, pair.Value])]);
            return Task.CompletedTask;
        }),
        Row("TELL SMTPMTA SHOW VERSION", "Show the version.", call =>
        {
            call.Answer.Line($"Tell {Operator.Version}");
            return Task.CompletedTask;
        }),
        Loaded(host, Row("TELL SMTPMTA HOUSEKEEPING", "Run the nightly housekeeping now.", async call =>
        {
            var report = await host.Operations.HousekeepAsync(call.Cancellation);
            foreach (var compaction in report.Compactions)
                call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"  {compaction.Store}: {compaction.BytesBefore:N0} bytes before, {compaction.BytesAfter:N0} after"));
            call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"Housekeeping complete: tasks at rest for {report.Pause.TotalSeconds:0.0} s, {report.DeadAfter} dead documents untouched."));
        }) with
        { Detail = "Tasks come to rest, the databases are compacted, the tasks start again; dead mail is not touched." }),
        Row("SHOW TASKS", "Show the tasks and what they do.", call =>
        {
            var tasks = host.Operations.ShowTasks();
            if (tasks.Count == 0)
                call.Answer.Line("SMTPMTA is not loaded: LOAD SMTPMTA loads it.");
            else
                call.Answer.Table([["  Task", "Description"], .. tasks.Select(task => (string[])["  " + task.Task, task.Description])]);
            return Task.CompletedTask;
        }),
        Row("SHOW SERVER", "Show the server: name, directory, time up, pending and dead mail.", call =>
        {
            ShowServer(host.Operations.ShowServer(), call.Answer);
            return Task.CompletedTask;
        }),
    ];

    /// <summary>A refresh, and what it says.</summary>
    public static async Task<bool> RefreshAsync(ICommandHost host, CommandCall call)
    {
        var result = await host.Operations.RefreshAsync(call.Cancellation);
        foreach (var problem in result.Problems)
            call.Answer.Line(problem.ToString());
        foreach (var problem in result.Certificates)
            call.Answer.Line($"{problem}; the certificate that was good before stays in use");
        foreach (var problem in result.Templates)
            call.Answer.Line(problem);
        if (result.Problems.Any(problem => problem.IsError))
            return call.Refuse("The settings in force stay.");
        var names = result.Changes.Select(setting => setting.Name).ToHashSet();
        var changed = host.Operations.ShowConfiguration().Where(pair => names.Contains(pair.Key)).Select(pair => $"{pair.Key}={pair.Value}").ToList();
        call.Answer.Line(changed.Count == 0 ? "Configuration read: nothing changed." : $"Configuration read, now in force: {string.Join(", ", changed)}");
        return true;
    }

    private static void ShowServer(ServerStatus server, Answer answer)
    {
        answer.Table(
        [
            ["  Server name:", server.Name],
            ["  Version:", $"Tell {server.Version}"],
            ["  Data directory:", server.Directory],
            ["  Listening on:", server.Addresses.Count > 0 ? string.Join(", ", server.Addresses) : "nothing"],
            ["  Elapsed time:", server.Elapsed is { } elapsed ? elapsed.ToString(@"d\.hh\:mm\:ss", CultureInfo.InvariantCulture) : "SMTPMTA is not loaded"],
            ["  Intake:", server.Intake],
            ["  Sessions:", string.Create(CultureInfo.InvariantCulture, $"{server.InboundSessions} inbound, {server.OutboundSessions} outbound")],
            ["  Pending mail:", server.PendingMail.ToString(CultureInfo.InvariantCulture)],
            ["  Held mail:", server.HeldMail.ToString(CultureInfo.InvariantCulture)],
            ["  Dead mail:", server.DeadMail.ToString(CultureInfo.InvariantCulture)],
            ["  Housekeeping:", server.NextHousekeeping is { } next ? next.ToLocalTime().ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture) : "off"],
        ]);
    }

    // After QUIT only LOAD SMTPMTA works (facts: lotus 11, check 10).
    private static Command Loaded(ICommandHost host, Command command) => command with
    {
        Handler = call => host.Operations.ShowTasks().Count == 0
            ? Task.FromResult(call.Refuse("SMTPMTA is not loaded: LOAD SMTPMTA loads it."))
            : command.Handler(call),
    };

    private static Command Row(string words, string summary, Func<CommandCall, Task> work) => new()
    {
        Words = words,
        Group = "MTA",
        Summary = summary,
        Handler = async call =>
        {
            if (call.Arguments.Count > 0)
                return call.Usage();
            await work(call);
            return true;
        },
    };

    private static Command Selection(string verb, string summary, string done, Func<TaskSelection, CancellationToken, Task> work) => new()
    {
        Words = "TELL SMTPMTA " + verb,
        Form = Tasks,
        Group = "MTA",
        Summary = summary,
        Detail = "INBOUND and OUTBOUND mean both their tasks; TRANSPORT is the sessions, CONVERSION the conversion handler;\nDRTASK is the Delivery Report Task. Stopping transport ends its sessions first.",
        Handler = async call =>
        {
            TaskSelection? tasks = string.Join(' ', call.Arguments).ToUpperInvariant() switch
            {
                "" => TaskSelection.All,
                "INBOUND" => TaskSelection.Inbound,
                "INBOUND TRANSPORT" => TaskSelection.InboundTransport,
                "INBOUND CONVERSION" => TaskSelection.InboundConversion,
                "OUTBOUND" => TaskSelection.Outbound,
                "OUTBOUND TRANSPORT" => TaskSelection.OutboundTransport,
                "OUTBOUND CONVERSION" => TaskSelection.OutboundConversion,
                "DRTASK" => TaskSelection.DrTask,
                _ => null,
            };
            if (tasks is null)
                return call.Usage();
            await work(tasks.Value, call.Cancellation);
            call.Answer.Line($"SMTPMTA: {(call.Arguments.Count == 0 ? "all tasks" : string.Join(' ', call.Arguments).ToLowerInvariant())} {done}");
            return true;
        },
    };
}
