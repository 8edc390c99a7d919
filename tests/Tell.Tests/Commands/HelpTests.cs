using Tell.Commands;
using Tell.Hosting;
using Tell.Mta.Configuration;

namespace Tell.Tests.Commands;

public sealed class HelpTests
{
    private static readonly CommandTable Table = ConsoleCommands.Table(new NoHost(new ConfigurationFile("notes.ini")));

    private static async Task<(bool Done, string Text)> HelpAsync(params string[] words)
    {
        var answer = new Answer();
        var done = await Table.RunAsync(["help", .. words], null!, answer, CancellationToken.None);
        return (done, string.Join('\n', answer.Lines));
    }

    [Fact]
    public async Task Help_lists_all_commands() => Assert.Equal(
        """
        MTA
          LOAD SMTPMTA               Load the MTA: start the Add-In Controller and all its tasks.
          TELL SMTPMTA QUIT          Shut the MTA down.
          TELL SMTPMTA START         Start all tasks but the Add-In Controller, or some.
          TELL SMTPMTA STOP          Stop all tasks but the Add-In Controller, or some.
          TELL SMTPMTA REFRESH       Read the configuration again and put it into force.
          TELL SMTPMTA SHOW CONFIG   Show the settings in force.
          TELL SMTPMTA SHOW VERSION  Show the version.
          TELL SMTPMTA HOUSEKEEPING  Run the nightly housekeeping now.
          SHOW TASKS                 Show the tasks and what they do.
          SHOW SERVER                Show the server: name, directory, time up, pending and dead mail.

        Statistics
          SHOW STAT                  Show statistics: all, one, or those that a pattern names.
          SET STATISTICS             Set a statistic, those that a pattern names, or all to zero.
          COUNTERS SHOW              Show the account of each channel, or of each destination: what it received, delivered, gave up.
          COUNTERS CLEAR             Begin the account of a channel, of a destination, or of all channels, again at zero.
          RATE                       Show how much was received, bounced and delivered in the last 1, 5 and 15 minutes, per hour.

        Configuration
          SET CONFIGURATION          Change a setting in notes.ini and put it into force.
          SHOW CONFIGURATION         Show a setting as it stands in notes.ini.

        Queues
          QUEUE                      Show the work queues, one queue, or one document with its attempts.
          QUEUE DEAD                 List the dead documents, with what they died of.
          QUEUE HELD                 List the held documents, with why they are held.
          QUEUE READ                 Show the message that a document is.
          QUEUE EDIT                 Change the sender or the recipients of a dead or held document.
          QUEUE RELEASE              Send dead and held documents on: they are due now, and their age begins anew.
          QUEUE DELETE               Delete dead and held documents.
          QUEUE HOLD                 Hold waiting documents until QUEUE RELEASE.
          QUEUE RETURN               Give documents up and tell their senders why.
          SHOW DESTINATIONS          Show the next hops in use: up or down, why, and when they are tried again.
          DELIVERNOW                 Make everything that waits for a retry due now.
          HOSTSTATUS                 Show all that is known of a next hop: up or down, its hosts, sessions, the last error, and the limits in force.

        Destinations
          DESTCONFIG NEW             Limit what a destination may get.
          DESTCONFIG EDIT            Change some keys of a destination's row.
          DESTCONFIG DELETE          Delete a destination's row.
          DESTCONFIG DEFAULT         Change the row of all destinations that have none of their own.
          DESTCONFIG PRINT           Show all rows, or what is in force for one destination and where it comes from.
          DESTCONFIG CLEAR           Delete all rows, DEFAULT too.
          BOUNCECONFIG NEW           Say how long mail is tried, when its sender is warned, and who is told.
          BOUNCECONFIG EDIT          Change some keys of a bounce profile.
          BOUNCECONFIG DELETE        Delete a bounce profile; rows that name it fall back on what they say themselves.
          BOUNCECONFIG DEFAULT       Change the bounce profile of all mail that has none of its own.
          BOUNCECONFIG PRINT         Show all bounce profiles, or what is in force under one and where it comes from.
          BOUNCECONFIG CLEAR         Delete all rows, DEFAULT too.
          SHOW SCHEDULE              Show the Connection documents: for which domains, to which host, and when mail may next leave.

        Mail
          SEND                       Put a memo into SMTP.BOX; the text comes from standard input.
          MAIL                       List the mail files, the messages in one; read, export or delete a message; send its return receipt.
          PROCESS_HELD               Release the mail that was held for recipients who are not on hold any more, or for one of them.
          QUOTA                      Show how full the mail files are, and which are over quota since when.
          MIME                       Show a message file as Tell reads it: header, parts, problems, text.

        Address book
          NAMES LIST                 List the people of the address book, or the documents of a form.
          NAMES SHOW                 Show a document: a person, group or database by any of its names, others by their name.
          NAMES IMPORT               Take in documents from a JSON file; all or none.
          NAMES SET                  Change fields of a document; FIELD= takes a value away.
          NAMES DELETE               Delete such a document; a mail file stays.
          NAMES EXPORT               Write all documents, or those of a form, as JSON, without passwords.

        Console
          HELP                       List the commands, or explain one.
          QUIT                       Stop the MTA and end the server.
          EXIT                       Stop the MTA and end the server.

        HELP WORD explains one. Words are read without regard to case.
        From a shell the program's name is the verb: tell smtpmta quit means TELL SMTPMTA QUIT.
        """.ReplaceLineEndings("\n"),
        (await HelpAsync()).Text);

    [Fact]
    public async Task Help_explains_a_word_and_what_begins_with_it()
    {
        Assert.StartsWith("SET STATISTICS NAME|PATTERN*|ALL\n  Set a statistic, those that a pattern names, or all to zero.", (await HelpAsync("set", "statistics")).Text);
        var (done, shown) = await HelpAsync("show");
        Assert.True(done);
        Assert.Equal(6, shown.Split('\n').Count(line => line.StartsWith("SHOW ", StringComparison.Ordinal)));
        Assert.StartsWith("TELL SMTPMTA STOP [INBOUND|OUTBOUND [TRANSPORT|CONVERSION]|DRTASK]", (await HelpAsync("smtpmta", "stop")).Text);
        var (unknown, said) = await HelpAsync("hold");
        Assert.False(unknown);
        Assert.StartsWith("Unknown command: hold", said);
    }

    [Fact]
    public async Task Help_explains_a_setting()
    {
        Assert.StartsWith("SMTPMTA_MaxHops=40\n  The Received fields", (await HelpAsync("smtpmta_maxhops")).Text);
        Assert.StartsWith("SMTPMTA_MaxHops=40", (await HelpAsync("maxhops")).Text);
        Assert.StartsWith("SMTPMTA_DelayWarningAfter=", (await HelpAsync("SMTPMTA_DelayWarningAfter")).Text);
        var all = (await HelpAsync("settings")).Text;
        Assert.All(SettingsCatalogue.All, setting => Assert.Contains(setting.Name, all));
    }

    [Fact]
    public async Task Every_command_has_its_help()
    {
        foreach (var command in Table.Commands)
        {
            Assert.Matches("^[A-Z_ ]+$", command.Words);
            Assert.EndsWith(".", command.Summary);
            Assert.StartsWith(command.Usage, (await HelpAsync(command.Words.Split(' '))).Text);
            Assert.Same(command, Table.Find(command.Words.ToLowerInvariant().Split(' '))!.Value.Command);
        }
    }
}
