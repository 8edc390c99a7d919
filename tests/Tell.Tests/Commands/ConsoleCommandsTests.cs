namespace Tell.Tests.Commands;

/// <summary>What an operator types, and what comes of it.</summary>
public sealed class ConsoleCommandsTests : IDisposable
{
    private readonly ConsoleWorld _console = new();

    public void Dispose() => _console.Dispose();

    [Fact]
    public void After_quit_only_load_works() => _console.Run(async () =>
    {
        Assert.Contains("SMTPMTA drt", await _console.SayAsync("show tasks"));
        await _console.SayAsync("tell smtpmta quit");
        Assert.Equal("SMTPMTA is not loaded: LOAD SMTPMTA loads it.", await _console.SayAsync("show tasks"));
        foreach (var line in new[] { "tell smtpmta start", "tell smtpmta stop inbound", "tell smtpmta refresh", "tell smtpmta housekeeping" })
            Assert.Equal("SMTPMTA is not loaded: LOAD SMTPMTA loads it.", await _console.RefusedAsync(line));
        Assert.Equal("SMTPMTA: loaded", await _console.SayAsync("load smtpmta"));
        Assert.Equal("SMTPMTA: is loaded already", await _console.SayAsync("load smtpmta"));
        Assert.Contains("SMTPMTA drt", await _console.SayAsync("show tasks"));
        Assert.False(_console.Ended);
        await _console.SayAsync("quit");
        Assert.True(_console.Ended);
    });

    [Fact]
    public void Stop_and_start_take_the_words_of_the_original() => _console.Run(async () =>
    {
        foreach (var tasks in new[] { "inbound", "inbound transport", "inbound conversion", "outbound", "outbound transport", "OUTBOUND Conversion", "drtask", "" })
        {
            await _console.SayAsync($"tell smtpmta stop {tasks}");
            Assert.Contains("Stopped", await _console.SayAsync("show tasks"));
            await _console.SayAsync($"tell smtpmta start {tasks}");
            Assert.DoesNotContain("Stopped", await _console.SayAsync("show tasks"));
        }
        Assert.StartsWith("Usage: TELL SMTPMTA STOP [INBOUND|", await _console.RefusedAsync("tell smtpmta stop drt"));
        Assert.StartsWith("Usage: ", await _console.RefusedAsync("tell smtpmta stop inbound transport now"));
    });

    [Fact]
    public void Statistics_answer_in_the_sentences_of_the_original() => _console.Run(async () =>
    {
        var all = await _console.SayAsync("show stat");
        Assert.Matches(@"(?m)^  MTA\.\S+ = \d+$", all);
        Assert.Matches(@"\n\d+ statistics found$", all);
        Assert.Equal(all, await _console.SayAsync("show stat mta"));
        // What nothing happened to in 200 ways is not shown, but counted, and shown where it is asked for.
        Assert.DoesNotContain("MTA.Channel.lmtp.", all);
        Assert.Matches(@"\n  \d+ more of channels, times and rates are 0: SHOW STAT MTA\.Channel\.\*, MTA\.QueueTime\.\*, MTA\.Rate\.\*\n\d+ statistics found$", all);
        Assert.Contains("  MTA.Received = 0\n", all);
        Assert.Contains("  MTA.Channel.lmtp.Failed.Messages = 0\n", await _console.SayAsync("show stat MTA.Channel.*"));
        Assert.Contains("  MTA.Channel.lmtp.Failed.Messages = 0\n", await _console.SayAsync("show stat mta.ch*"));
        Assert.Equal("  MTA.Housekeepings = 0\n1 statistics found", await _console.SayAsync("show stat mta.housekeepings"));
        Assert.Equal("MTA.Nonsense not found in server statistics table", await _console.RefusedAsync("show stat MTA.Nonsense"));
        Assert.Equal("MTA.Received was set to zero.", await _console.SayAsync("set statistics MTA.Received"));
        Assert.Equal("MTA was not reset, please use complete statistic name (Facility.Statname).", await _console.RefusedAsync("set statistics MTA"));
        Assert.Equal("MTA.Nonsense not found in server statistics table", await _console.RefusedAsync("set statistics MTA.Nonsense"));
        Assert.Equal("MTA.Sessions.Inbound cannot be reset.", await _console.RefusedAsync("set statistics MTA.Sessions.Inbound"));
    });

    [Fact]
    public void A_setting_is_changed_in_the_file_and_in_force_at_once() => _console.Run(async () =>
    {
        Assert.Equal("Configuration read, now in force: SMTPMTA_MaxHops=9", await _console.SayAsync("set configuration smtpmta_maxhops = 9"));
        Assert.Contains("SMTPMTA_MaxHops=9\n", File.ReadAllText(_console.Configuration.Path));
        Assert.StartsWith("; ours\n", File.ReadAllText(_console.Configuration.Path));
        Assert.Equal("SMTPMTA_MaxHops=9", await _console.SayAsync("show configuration SMTPMTA_MaxHops"));
        Assert.Matches(@"SMTPMTA_MaxHops +9\n", await _console.SayAsync("tell smtpmta show config"));
        Assert.Equal("SMTPMTA_MaxHops: \"0\" is not a whole number from 1 to 1000", await _console.RefusedAsync("set configuration SMTPMTA_MaxHops=0"));
        Assert.Equal("SMTPMTA_MaxHop is no setting; did you mean SMTPMTA_MaxHops?", await _console.RefusedAsync("show configuration SMTPMTA_MaxHop"));
        Assert.StartsWith("Usage: ", await _console.RefusedAsync("set configuration SMTPMTA_MaxHops"));
        Assert.Equal("SMTPMTA_MaxHops=9", await _console.SayAsync("show configuration SMTPMTA_MaxHops"));
    });

    [Fact]
    public void A_password_of_the_settings_is_shown_to_nobody() => _console.Run(async () =>
    {
        Assert.Equal("SMTPMTA_RelayPassword=", await _console.SayAsync("show configuration SMTPMTA_RelayPassword"));
        Assert.Equal("Configuration read, now in force: SMTPMTA_RelayPassword=***", await _console.SayAsync("set configuration SMTPMTA_RelayPassword=hush"));
        Assert.Contains("SMTPMTA_RelayPassword=hush\n", File.ReadAllText(_console.Configuration.Path));
        // Another password looks the same and is a change all the same.
        Assert.Equal("Configuration read, now in force: SMTPMTA_RelayPassword=***", await _console.SayAsync("set configuration SMTPMTA_RelayPassword=silence"));
        Assert.Equal("SMTPMTA_RelayPassword=***", await _console.SayAsync("show configuration smtpmta_relaypassword"));
        Assert.Matches(@"SMTPMTA_RelayPassword +\*\*\*\n", await _console.SayAsync("tell smtpmta show config"));
    });

    [Fact]
    public void A_bad_file_keeps_the_old_settings_and_says_which_line() => _console.Run(async () =>
    {
        File.AppendAllText(_console.Configuration.Path, "SMTPMTA_MaxHops=7\nSMTPMTA_MaxErrors=some\n");
        var said = await _console.RefusedAsync("tell smtpmta refresh");
        Assert.Contains("notes.ini:8: SMTPMTA_MaxErrors: \"some\" is not", said);
        Assert.EndsWith("The settings in force stay.", said);
        Assert.Matches(@"SMTPMTA_MaxHops +40\n", await _console.SayAsync("tell smtpmta show config"));
    });

    [Fact]
    public void A_file_of_report_words_with_a_mistake_is_named_until_it_is_mended() => _console.Run(async () =>
    {
        var directory = _console.Operations.ShowServer().Directory;
        var file = Path.Combine(directory, "templates", "en.txt");
        _console.DiskFiles.Put(file, "[subject]\nfailure = {nobody}\n", DateTimeOffset.UnixEpoch);
        for (var i = 0; i < 2; i++)
            Assert.Contains($"{file}:2: {{nobody}} stands for nothing here: {{subject}}; the built-in words count\n", await _console.SayAsync("tell smtpmta refresh"));
        _console.DiskFiles.Put(file, "[subject]\nfailure = Sorry\n", DateTimeOffset.UnixEpoch.AddDays(1));
        Assert.Equal("Configuration read: nothing changed.", await _console.SayAsync("tell smtpmta refresh"));
    });

    [Fact]
    public void A_memo_that_is_sent_can_be_read_in_the_mail_file() => _console.Run(async () =>
    {
        _console.Files["-"] = "It works.\n";
        _console.Files["/a/plan.txt"] = "the plan";
        var id = await _console.SayAsync("send --from ada@tell.test --to bob@tell.test --cc carol@tell.test --subject \"A good day\" --attach /a/plan.txt");
        Assert.Matches("^[0-9A-F]{32}$", id);
        await _console.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("  bob\n  carol\n2 mail files", await _console.SayAsync("mail"));
        Assert.Matches(@"^ +1  2\S+ \d\d:\d\dZ +18  ada@tell\.test +A good day\n1 message$", await _console.SayAsync("mail BOB"));
        var read = await _console.SayAsync("mail bob read 1");
        Assert.Matches(@"^From: +ada@tell\.test\nTo: +bob@tell\.test\nCc: +carol@tell\.test\nDate: +[A-Z][a-z][a-z], [^\n]+\nSubject: +A good day\nFile: +plan\.txt \(text/plain, 8 octets\)\n\nIt works\.$", read);
        Assert.Equal("There is no message 2: the file has 1.", await _console.RefusedAsync("mail bob read 2"));
        Assert.Equal("nobody has no mail file.", await _console.RefusedAsync("mail nobody"));
    });

    [Theory]
    [InlineData("send --to b@x.test", "--from is missing.")]
    [InlineData("send --from a@x.test", "There is no recipient: --to, --cc or --bcc.")]
    [InlineData("send --from a --to b@x.test", "\"a\" is neither an address, name@domain, nor a name of the address book.")]
    [InlineData("send --from a@x.test --to b@x.test,c", "\"c\" is neither an address, name@domain, nor a name of the address book.")]
    [InlineData("send --from a@x.test --to", "--to needs a value.")]
    [InlineData("send --from a@x.test --to b@x.test --attach nowhere", "There is no file nowhere.")]
    public void A_memo_that_cannot_be_sent_says_why(string line, string reason) => _console.Run(async () =>
    {
        _console.Files["-"] = "";
        Assert.Equal(reason, await _console.RefusedAsync(line));
    });

    [Fact]
    public void Waiting_mail_is_shown_with_its_attempts_and_made_due() => _console.Run(async () =>
    {
        _console.Files["-"] = "Hello.";
        var id = await _console.SayAsync("send --from ada@tell.test --to far@elsewhere.test");
        await _console.Pass(TimeSpan.FromMinutes(1));
        var queues = await _console.SayAsync("queue");
        Assert.Contains("SMTPIBWQ: empty", queues);
        Assert.Contains("SMTPOBWQ: 1 Failure", queues);
        Assert.Contains("SMTP.BOX: 1 Pending Transmission", queues);
        Assert.Matches(@"Failure, due 2\S+ \S+  elsewhere\.test\n      ada@tell\.test -> far@elsewhere\.test: .+\n", queues);
        Assert.Matches(@"\n10\.9\.9\.9:25 is down, tried again at 2\S+ \S+: .+", queues);
        Assert.Matches(@"\n  10\.9\.9\.9:25 +Down, tried again at 2\S+ \S+ +0 +\S.+", await _console.SayAsync("show destinations"));
        Assert.Matches(@"Children +1\n", await _console.SayAsync($"queue {id.ToLowerInvariant()}"));
        var outbound = await _console.SayAsync("queue smtpobwq");
        var child = outbound.Split('\n')[1].Trim()[..32];
        Assert.Matches(@"(?m)^Attempt +2\d\d\d-.*10\.9\.9\.9", await _console.SayAsync($"queue {child}"));
        var status = await _console.SayAsync("hoststatus elsewhere.test");
        Assert.Matches(@"Host up/down: +down\n", status);
        Assert.Matches(@"Last error: +2\S+ \S+ 10\.9\.9\.9: \S", status);
        Assert.Matches(@"Mail waits for: +elsewhere\.test\n", status);
        Assert.Contains("\n  10.9.9.9 10.9.9.9:25\n\nCounters", status);
        Assert.Matches(@"\nelsewhere\.test\n   Received +1 +1 +\d+\n   Stored +1 +1 +\d+\n", status);
        Assert.StartsWith("No mail is on its way to nowhere.test", await _console.RefusedAsync("hoststatus nowhere.test"));
        Assert.Equal("0 documents made due. Tried again: 10.9.9.9:25.", await _console.SayAsync("delivernow"));
        Assert.Equal("0 documents made due.", await _console.SayAsync("delivernow nowhere.test"));
        Assert.StartsWith("No document 0000", await _console.RefusedAsync("queue 00000000000000000000000000000001"));
        Assert.Equal("what is neither a queue nor a UNID (32 hex digits).", await _console.RefusedAsync("queue what"));
    });

    [Fact]
    public void An_import_names_whom_it_replaces_as_they_were_and_not_a_thousand() => _console.Run(async () =>
    {
        string People(int count, string name) => $"[{string.Join(',', Enumerable.Range(1, count).Select(i => $$"""{"form":"Person","fullName":["{{name}} {{i}}"],"shortName":["p{{i}}"]}"""))}]";
        _console.Files["one.json"] = People(22, "Person");
        _console.Files["other.json"] = People(22, "Somebody");
        Assert.Equal("22 added, 0 replaced", await _console.SayAsync("names import one.json"));
        var said = (await _console.SayAsync("names import other.json")).Split('\n');
        Assert.Equal([.. Enumerable.Range(1, 20).Select(i => $"replaced: Person {i} (Person)"), "and 2 more", "0 added, 22 replaced"], said);
    });

    [Fact]
    public void People_are_imported_shown_exported_and_deleted_and_their_passwords_never_shown() => _console.Run(async () =>
    {
        _console.Files["people.json"] = """[{"form":"Person","fullName":["Ada Lovelace"],"shortName":["ada"],"internetAddress":"ada@tell.test","password":"secret"}]""";
        _console.Files["bad.json"] = """[{"form":"Person"}]""";
        Assert.Equal("1 added, 0 replaced", await _console.SayAsync("names import people.json"));
        Assert.Equal("replaced: Ada Lovelace (Person)\n0 added, 1 replaced", await _console.SayAsync("names import people.json"));
        Assert.EndsWith("Nothing was imported.", await _console.RefusedAsync("names import bad.json"));
        _console.Files["broken.json"] = "[\n{";
        Assert.Matches(@"^line 2: not JSON: (?!.*LineNumber).*\nNothing was imported\.$", await _console.RefusedAsync("names import broken.json"));
        _console.Files["empty.json"] = "\n";
        Assert.Equal("there is nothing in it\nNothing was imported.", await _console.RefusedAsync("names import empty.json"));
        Assert.Equal("There is no file none.json.", await _console.RefusedAsync("names import none.json"));
        Assert.Equal("  Ada Lovelace  ada  ada@tell.test\n1 person", await _console.SayAsync("names list"));
        foreach (var line in new[] { "names show \"ada lovelace\"", "names show Ada Lovelace", "names show ADA", "names show ada@tell.test", "names export" })
        {
            var shown = await _console.SayAsync(line);
            Assert.Contains("Ada Lovelace", shown);
            Assert.DoesNotContain("secret", shown);
            Assert.DoesNotContain("SCRAM", shown);
        }
        Assert.Equal("ada deleted.", await _console.SayAsync("names delete ada"));
        Assert.Equal("ada is not in the address book.", await _console.RefusedAsync("names delete ada"));
        Assert.Equal("0 people", await _console.SayAsync("names list"));
    });

    [Fact]
    public void The_address_book_is_changed_in_words_without_quotes() => _console.Run(async () =>
    {
        Assert.Equal("Ada Lovelace is made.", await _console.SayAsync("names set Ada Lovelace form=Person shortName=ada alias=sums, countess"));
        Assert.Equal("Ada Lovelace is changed.", await _console.SayAsync("names set Ada Lovelace fullName=Ada King; Ada Lovelace quota=500M"));
        Assert.Equal("Warning: All Staff: members: \"ghost\" is neither an Internet address nor in the address book\nAll Staff is made.",
            await _console.SayAsync("NAMES SET All Staff form=Group members=Ada Lovelace, x@far.test, ghost owner=ada"));
        Assert.Equal("  All Staff  members=Ada Lovelace, x@far.test, ghost owner=ada\n1 document", await _console.SayAsync("names list group"));
        Assert.Equal("0 documents", await _console.SayAsync("names list Global Domain"));
        var shown = await _console.SayAsync("names show all_staff@tell.test");
        Assert.Matches(@"(?m)^form +Group$", shown);
        Assert.Matches(@"(?m)^\(members\) +Ada King <ada@tell\.test>$", shown);
        Assert.Matches(@"(?m)^\(members\) +ghost: not in the address book$", shown);
        Assert.Matches(@"(?m)^alias +sums, countess$", await _console.SayAsync("names show Ada Lovelace"));
        Assert.Contains("\"All Staff\"", await _console.SayAsync("names export Group"));
        Assert.DoesNotContain("Lovelace\"", (await _console.SayAsync("names export Group")).Replace("\"Ada Lovelace\",", ""));
        Assert.Equal("Ada King: quota: \"lots\" is not a size such as 52428800 or 50M\nNothing was changed.", await _console.RefusedAsync("names set ada quota=lots"));
        Assert.Equal("Ada King: \"quotta\" is not a field; did you mean quota?\nNothing was changed.", await _console.RefusedAsync("names set ada quotta=1M"));
        Assert.EndsWith("Nothing was changed.", await _console.RefusedAsync("names set bob quota=1M"));
        foreach (var line in new[] { "names set", "names set ada", "names set quota=1M", "names import a b" })
            Assert.StartsWith("Usage: NAMES ", await _console.RefusedAsync(line));
        foreach (var line in new[] { "names list people", "names export people" })
            Assert.Matches(@"^Usage: NAMES \w+ \[FORM\]\nForms: Person, Group, ", await _console.RefusedAsync(line));
        Assert.Equal("All Staff deleted.", await _console.SayAsync("names delete All Staff"));
        Assert.Contains("spaceReplacement", await _console.SayAsync("help names import"));
    });

    [Fact]
    public void An_address_that_is_nobodys_own_is_shown_as_where_its_mail_goes() => _console.Run(async () =>
    {
        await _console.SayAsync("names set Ada Lovelace form=Person shortName=ada alias=*@far.test");
        await _console.SayAsync("names set The House form=Global Domain primaryDomain=tell.test aliasDomains=far.test");
        Assert.Matches(@"(?m)^fullName +Ada Lovelace$", await _console.SayAsync("names show ada@far.test"));
        Assert.Equal("who@far.test is nobody's own address; its mail goes to mail/ada.", await _console.SayAsync("names show who@far.test"));
        Assert.Equal("postmaster@tell.test is nobody's own address; its mail goes to mail/postmaster.", await _console.SayAsync("names show postmaster@tell.test"));
        await _console.SayAsync("names set ada alias= mailRoute=lmtp:/run/lmtp");
        Assert.Equal("ada+lists@tell.test is nobody's own address; its mail goes to lmtp:/run/lmtp.", await _console.SayAsync("names show ada+lists@tell.test"));
        Assert.Equal("who@tell.test is not in the address book.", await _console.RefusedAsync("names show who@tell.test"));
        Assert.Equal("who@elsewhere.test is not in the address book, and its domain is not local.", await _console.RefusedAsync("names show who@elsewhere.test"));
        await _console.SayAsync("names set grace form=Person shortName=grace");
        Assert.DoesNotMatch(@"(?m) $", await _console.SayAsync("names list"));
    });

    [Fact]
    public void Quotas_stand_below_their_headings_and_one_document_stays() => _console.Run(async () =>
    {
        _console.Files["-"] = "It works.\n";
        await _console.SayAsync("names set bob form=Person shortName=bob quota=1M");
        await _console.SayAsync("send --from ada@tell.test --to bob@tell.test");
        await _console.Pass(TimeSpan.FromSeconds(5));
        var table = (await _console.SayAsync("quota")).Split('\n');
        Assert.Equal(table[0].IndexOf("Quota", StringComparison.Ordinal) + 5, table[1].IndexOf("1,048,576", StringComparison.Ordinal) + 9);
        Assert.Equal(table[0].IndexOf('%', StringComparison.Ordinal), table[1].Length - 1);
        await _console.SayAsync("names set bob onHold=on");
        await _console.SayAsync("send --from ada@tell.test --to bob@tell.test");
        await _console.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal("0 documents released.\nbob is still on hold: 1 document stays.", await _console.SayAsync("process_held"));
    });

    [Fact]
    public void Held_mail_is_released_for_all_or_for_one_and_whoever_is_still_on_hold_is_named() => _console.Run(async () =>
    {
        void People(bool ada, bool bob) => _console.Files["people.json"] =
            $$"""[{"form":"Person","shortName":["ada"],"internetAddress":"ada@tell.test","onHold":{{(ada ? "true" : "false")}}},{"form":"Person","shortName":["bob"],"internetAddress":"bob@tell.test","onHold":{{(bob ? "true" : "false")}}}]""";
        Assert.Equal("0 documents released.", await _console.SayAsync("process_held"));
        People(true, true);
        await _console.SayAsync("names import people.json");
        _console.Files["-"] = "Wait.";
        foreach (var to in new[] { "ada@tell.test,bob@tell.test", "bob@tell.test" })
            await _console.SayAsync($"send --from eve@tell.test --to {to}");
        await _console.Pass(TimeSpan.FromSeconds(5));
        Assert.Contains("MAIL.BOX: 3 Held", await _console.SayAsync("queue"));
        Assert.Equal("0 documents released.\nada is still on hold: 1 document stays.\nbob is still on hold: 2 documents stay.", await _console.SayAsync("process_held"));
        People(false, true);
        await _console.SayAsync("names import people.json");
        Assert.Equal("0 documents released.\nbob is still on hold: 2 documents stay.", await _console.SayAsync("process_held BOB"));
        Assert.Equal("0 documents released.", await _console.SayAsync("process_held nobody"));
        Assert.Equal("1 document released.\nbob is still on hold: 2 documents stay.", await _console.SayAsync("PROCESS_HELD"));
        People(false, false);
        await _console.SayAsync("names import people.json");
        Assert.Equal("2 documents released.", await _console.SayAsync("process_held bob"));
        await _console.Pass(TimeSpan.FromSeconds(5));
        Assert.EndsWith("1 message", await _console.SayAsync("mail ada"));
        Assert.EndsWith("2 messages", await _console.SayAsync("mail bob"));
        Assert.StartsWith("Usage: PROCESS_HELD", await _console.RefusedAsync("process_held ada bob"));
    });

    [Fact]
    public void Quota_shows_how_full_mail_files_are_and_since_when_they_are_over() => _console.Run(async () =>
    {
        Assert.Equal("0 mail files", await _console.SayAsync("quota"));
        _console.Files["people.json"] = """[{"form":"Person","shortName":["ada"],"internetAddress":"ada@tell.test","quota":2000},{"form":"Person","shortName":["bob"],"internetAddress":"bob@tell.test"}]""";
        await _console.SayAsync("names import people.json");
        _console.Files["-"] = new string('x', 1000);
        await _console.SayAsync("send --from eve@tell.test --to ada@tell.test,bob@tell.test");
        await _console.Pass(TimeSpan.FromSeconds(5));
        await _console.SayAsync("send --from eve@tell.test --to ada@tell.test");
        await _console.Pass(TimeSpan.FromSeconds(5));
        var all = await _console.SayAsync("quota");
        Assert.Matches(@"\n  ada +\d,\d{3} +2,000 +\d+ +2\d{3}-\d\d-\d\d \d\d:\d\d:\d\dZ\n", all);
        Assert.Matches(@"\n  bob +1,\d{3} +none *\n2 mail files$", all);
        Assert.Matches(@"^  User.*\n  bob .*\n1 mail file$", await _console.SayAsync("QUOTA Bob"));
        Assert.Equal("carol has no mail file.", await _console.RefusedAsync("quota carol"));
        Assert.StartsWith("Usage: QUOTA", await _console.RefusedAsync("quota ada bob"));
    });

    [Fact]
    public void Destination_controls_take_the_words_of_AsyncOS() => _console.Run(async () =>
    {
        Assert.Equal("0 rows", await _console.SayAsync("destconfig print"));
        Assert.Equal("Shy.Test is in force.", await _console.SayAsync("destconfig new Shy.Test max_host_concurrency=2 tls=verify"));
        Assert.Equal("DEFAULT is in force.", await _console.SayAsync("destconfig default recipient_limit=100 retry_intervals=PT1M,PT5M"));
        Assert.Equal("shy.test is in force.", await _console.SayAsync("destconfig edit shy.test tls="));
        Assert.Equal("  DEFAULT   recipient_limit=100 retry_intervals=PT1M,PT5M\n  shy.test  max_host_concurrency=2\n2 rows", await _console.SayAsync("destconfig print"));
        var shown = await _console.SayAsync("destconfig print shy.test");
        Assert.Matches(@"(?m)^  max_host_concurrency +2 +\(shy\.test\)$", shown);
        Assert.Matches(@"(?m)^  recipient_limit +100 +\(DEFAULT\)$", shown);
        Assert.Matches(@"(?m)^  tls +preferred +\(settings\)$", shown);
        Assert.Equal("shy.test: recipient_minutes: \"90\" is not a whole number from 1 to 60\nNothing was changed.", await _console.RefusedAsync("destconfig edit shy.test recipient_minutes=90"));
        Assert.Equal("[x is neither a domain nor host:port.", await _console.RefusedAsync("destconfig print [x"));
        Assert.Equal("shy.test deleted.", await _console.SayAsync("destconfig delete shy.test"));
        Assert.Equal("shy.test has no row.", await _console.RefusedAsync("destconfig delete shy.test"));
        Assert.Equal("1 row deleted.", await _console.SayAsync("destconfig clear"));
        foreach (var line in new[] { "destconfig new", "destconfig new a.test", "destconfig new a.test tls", "destconfig edit a.test =1", "destconfig default", "destconfig delete", "destconfig print a b", "destconfig clear all" })
            Assert.StartsWith("Usage: DESTCONFIG ", await _console.RefusedAsync(line));
    });

    [Fact]
    public void Bounce_profiles_take_the_words_of_AsyncOS() => _console.Run(async () =>
    {
        Assert.Equal("0 rows", await _console.SayAsync("bounceconfig print"));
        Assert.Equal("Quick is stored. No destination names it yet: DESTCONFIG NEW or EDIT DESTINATION bounce_profile=Quick puts it into force there.", await _console.SayAsync("bounceconfig new Quick max_attempts=3 expire_after=PT2H delay_warning_after=none"));
        Assert.Equal("DEFAULT is in force.", await _console.SayAsync("bounceconfig default delay_warning_after=PT1H,PT2H"));
        Assert.StartsWith("quick is stored. No destination names it yet:", await _console.SayAsync("bounceconfig edit quick expire_after="));
        Assert.Equal("  DEFAULT  delay_warning_after=PT1H,PT2H\n  Quick    delay_warning_after=none max_attempts=3\n2 rows", await _console.SayAsync("bounceconfig print"));
        Assert.Equal("near.test is in force.", await _console.SayAsync("destconfig new near.test bounce_profile=quick"));
        Assert.Equal("quick is in force.", await _console.SayAsync("bounceconfig edit quick max_attempts=3"));
        Assert.Matches(@"(?m)^  max_attempts +3 +\(profile Quick\)$", await _console.SayAsync("destconfig print near.test"));
        Assert.Matches(@"(?m)^  expire_after +P5D +\(settings\)$", await _console.SayAsync("bounceconfig print quick"));
        Assert.Equal("slow is no bounce profile.", await _console.RefusedAsync("bounceconfig print slow"));
        Assert.Equal("quick deleted.\nStill named by near.test: DESTCONFIG EDIT NAME bounce_profile= takes it out.", await _console.SayAsync("bounceconfig delete quick"));
        Assert.Equal("1 row deleted.", await _console.SayAsync("bounceconfig clear"));
        foreach (var line in new[] { "bounceconfig new", "bounceconfig new a", "bounceconfig edit a =1", "bounceconfig default", "bounceconfig print a b", "bounceconfig clear all" })
            Assert.StartsWith("Usage: BOUNCECONFIG ", await _console.RefusedAsync(line));
    });

    [Fact]
    public void The_schedule_shows_when_each_connection_opens() => _console.Run(async () =>
    {
        Assert.Equal("0 connections", await _console.SayAsync("show schedule"));
        _console.Files["c.json"] = """
            [{"form":"Connection","name":"night","destinationDomain":"far.test","relayHost":"relay.test:587","callAt":"01:00-01:01","user":"tell","password":"hush"},
             {"form":"Connection","name":"always","destinationDomain":["a.test","b.test"]},
             {"form":"Connection","name":"never","destinationDomain":"c.test","enabled":false}]
            """;
        Assert.Equal("3 added, 0 replaced", await _console.SayAsync("names import c.json"));
        var shown = await _console.SayAsync("show schedule");
        Assert.Matches(@"(?m)^  always +a\.test,b\.test +MX +always +open$", shown);
        Assert.Matches(@"(?m)^  never +c\.test +MX +always +not enabled$", shown);
        Assert.Matches(@"(?m)^  night +far\.test +relay\.test:587 +01:00-01:01 +2\d\d\d-\d\d-\d\d 01:00Z$", shown);
        Assert.DoesNotContain("hush", shown + await _console.SayAsync("names show night") + await _console.SayAsync("names export"));
        Assert.Equal("night deleted.", await _console.SayAsync("names delete night"));
        Assert.StartsWith("Usage: ", await _console.RefusedAsync("show schedule all"));
    });

    [Fact]
    public void Housekeeping_says_what_it_gained() => _console.Run(async () =>
    {
        var said = await _console.SayAsync("tell smtpmta housekeeping");
        Assert.Matches(@"^  \S.*: [\d,]+ bytes before, [\d,]+ after\nHousekeeping complete: tasks at rest for \d+\.\d s, 0 dead documents untouched\.$", said);
    });

    [Fact]
    public void The_server_shows_itself() => _console.Run(async () =>
    {
        var said = await _console.SayAsync("SHOW SERVER");
        Assert.Matches(@"Server name: +mx\.tell\.test\n", said);
        Assert.Matches(@"Listening on: +10\.0\.0\.10:25\n", said);
        Assert.StartsWith("Tell ", await _console.SayAsync("tell smtpmta show version"));
    });

    [Fact]
    public void Words_too_many_are_answered_with_the_usage() => _console.Run(async () =>
    {
        foreach (var line in new[] { "show tasks now", "show stat a b", "delivernow a b", "quit now", "names list x", "names show", "load smtpmta x", "tell smtpmta refresh x" })
            Assert.StartsWith("Usage: ", await _console.RefusedAsync(line));
    });
}
