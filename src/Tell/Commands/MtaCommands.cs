using System.Globalization;
using System.Reflection;
using Tell.Mta.Configuration;

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
            await host.Operations.LoadAsync(call.Cancellation);
            call.Answer.Line("SMTPMTA: loaded");
        }),
        Row("TELL SMTPMTA QUIT", "Shut the MTA down.", async call =>
        {
            await host.QuitAsync(call.Cancellation);
            call.Answer.Line("SMTPMTA: shutdown complete");
        }) with
        { Detail = "Nothing is lost: what is under way goes back into its queue.\nTyped at the server's own terminal it leaves the console, where LOAD SMTPMTA loads the MTA again;\nfrom a shell it ends the server." },
        Selection("START", "Start all tasks but the Add-In Controller, or some.", "started", (tasks, cancellation) => host.Operations.StartAsync(tasks, cancellation)),
        Selection("STOP", "Stop all tasks but the Add-In Controller, or some.", "stopped", (tasks, cancellation) => host.Operations.StopAsync(tasks, cancellation)),
        new Command
        {
            Words = "TELL SMTPMTA REFRESH",
            Group = "MTA",
            Summary = "Read the configuration again and put it into force.",
            Detail = "A notes.ini with an error changes nothing; the answer says which line.",
            Handler = call => RefreshAsync(host, call),
        },
        Row("TELL SMTPMTA SHOW CONFIG", "Show the settings in force.", call =>
        {
            call.Answer.Table([.. SettingsCatalogue.Show(host.Operations.Settings).Select(pair => (string[])["  " + pair.Key, pair.Value])]);
            return Task.CompletedTask;
        }),
        Row("TELL SMTPMTA SHOW VERSION", "Show the version.", call =>
        {
            call.Answer.Line(Version);
            return Task.CompletedTask;
        }),
        Row("TELL SMTPMTA HOUSEKEEPING", "Run the nightly housekeeping now.", async call =>
        {
            foreach (var report in await host.Operations.HousekeepAsync(call.Cancellation))
                call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"  {report.Store}: {report.BytesBefore:N0} bytes before, {report.BytesAfter:N0} after"));
            call.Answer.Line("Housekeeping complete.");
        }) with
        { Detail = "Tasks come to rest, the databases are compacted, the tasks start again; dead mail is not touched." },
        Row("SHOW TASKS", "Show the tasks and what they do.", call =>
        {
            call.Answer.Table([["  Task", "Description"], .. host.Operations.ShowTasks().Select(task => (string[])["  " + task.Name, task.Description])]);
            return Task.CompletedTask;
        }),
        Row("SHOW SERVER", "Show the server: name, directory, time up, pending and dead mail.", call =>
        {
            call.Answer.Table([.. host.Operations.ShowServer().Select(fact => (string[])["  " + fact.Key + ":", fact.Value])]);
            return Task.CompletedTask;
        }),
    ];

    /// <summary>"Tell 0.1.0".</summary>
    public static string Version
    {
        get
        {
            var version = typeof(MtaCommands).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
            return $"Tell {version.Split('+')[0]}";
        }
    }

    /// <summary>A refresh, and what it says.</summary>
    public static async Task<bool> RefreshAsync(ICommandHost host, CommandCall call)
    {
        var result = await host.Operations.RefreshAsync(call.Cancellation);
        foreach (var problem in result.Problems)
            call.Answer.Line(problem.ToString());
        if (result.Problems.Any(problem => problem.IsError))
            return call.Refuse("The configuration in force stays.");
        call.Answer.Line(result.Changed.Count == 0 ? "Configuration read: nothing changed." : $"Configuration read: changed {string.Join(", ", result.Changed)}.");
        return true;
    }

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
