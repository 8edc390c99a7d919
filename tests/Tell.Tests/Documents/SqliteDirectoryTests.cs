using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Documents;
using Tell.Documents.Sqlite;
using static Tell.Tests.Documents.Sample;

namespace Tell.Tests.Documents;

/// <summary>What the SQLite engine does with files, disks and other processes.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SqliteDirectoryTests : IAsyncLifetime
{
    private readonly Clock _time = new();
    private readonly SqlitePlace _place = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _place.DisposeAsync();

    private Task<SqliteDataDirectory> OpenAsync(string path) => SqliteDataDirectory.OpenAsync(path, _time, new Random(1), NullLogger.Instance, None);

    private string Queues => Path.Combine(_place.Path, "queues.db");

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [Fact]
    public async Task A_second_opening_of_the_directory_is_refused_with_its_name_and_the_owner()
    {
        await _place.OpenAsync(_time);
        var failure = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(_place.Path));
        Assert.Equal(StoreFault.InUse, failure.Fault);
        Assert.Contains(_place.Path, failure.Message, StringComparison.Ordinal);
        Assert.Contains($"(pid {Environment.ProcessId})", failure.Message, StringComparison.Ordinal);
        await _place.CloseAsync();
        await _place.OpenAsync(_time);
    }

    [Fact]
    public async Task A_directory_that_another_process_has_locked_is_refused()
    {
        if (!File.Exists("/usr/bin/flock"))
            return;
        using var other = Process.Start(new ProcessStartInfo("/usr/bin/flock", [Path.Combine(_place.Path, "lock"), "sh", "-c", "echo locked; read line"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        Assert.Equal("locked", await other.StandardOutput.ReadLineAsync());
        Assert.Equal(StoreFault.InUse, (await Assert.ThrowsAsync<StoreException>(() => OpenAsync(_place.Path))).Fault);
        other.StandardInput.Close();
        await other.WaitForExitAsync();
        await _place.OpenAsync(_time);
    }

    [Fact]
    public async Task A_file_of_a_newer_program_is_refused_and_left_alone()
    {
        await _place.OpenAsync(_time);
        await _place.CloseAsync();
        Execute(Queues, "PRAGMA user_version = 99");
        var before = await File.ReadAllBytesAsync(Queues);
        var failure = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(_place.Path));
        Assert.Equal(StoreFault.TooNew, failure.Fault);
        Assert.Contains("99", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Queues));
    }

    [Fact]
    public async Task The_size_of_a_file_of_an_older_program_is_counted_once_and_kept()
    {
        var mail = await (await _place.OpenAsync(_time)).OpenAsync("mail/ada", None);
        var documents = Enumerable.Range(0, 1203).Select(_ => new Document { Id = mail.NewId(), Form = Forms.Memo, Items = [Item.OfText("T", "123456789")] }).ToArray();
        await mail.PutAsync(documents, None);
        await _place.CloseAsync();
        var path = Path.Combine(_place.Path, "mail", "ada.db");
        Execute(path, "DROP TABLE total; PRAGMA user_version = 1");
        mail = await (await _place.OpenAsync(_time)).OpenAsync("mail/ada", None);
        Assert.Equal(12_030, await mail.SizeAsync(None));
        await mail.DeleteAsync(documents[7].Id, None);
        await _place.CloseAsync();
        // What stands there is believed from now on.
        Execute(path, "UPDATE total SET octets = octets + 1000000 WHERE octets = 12020");
        mail = await (await _place.OpenAsync(_time)).OpenAsync("mail/ada", None);
        Assert.Equal(1_012_020, await mail.SizeAsync(None));
    }

    [Theory]
    [InlineData("This is no database. This is no database. This is no database. This is no database. This is no database. This")]
    [InlineData("x")]
    public async Task A_file_that_is_no_database_is_damaged(string text)
    {
        await File.WriteAllTextAsync(Queues, text);
        var failure = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(_place.Path));
        Assert.Equal(StoreFault.Damaged, failure.Fault);
        Assert.Contains(Queues, failure.Message, StringComparison.Ordinal);
        Assert.Contains("backup", failure.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(Queues));
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused()
    {
        Execute(Queues, "CREATE TABLE theirs(x)");
        Assert.Equal(StoreFault.Damaged, (await Assert.ThrowsAsync<StoreException>(() => OpenAsync(_place.Path))).Fault);
    }

    [Fact]
    public async Task A_mail_file_in_the_place_of_the_queues_is_refused()
    {
        var directory = await _place.OpenAsync(_time);
        await directory.OpenAsync("names", None);
        await _place.CloseAsync();
        File.Copy(Path.Combine(_place.Path, "names.db"), Queues, overwrite: true);
        Assert.Equal(StoreFault.Damaged, (await Assert.ThrowsAsync<StoreException>(() => OpenAsync(_place.Path))).Fault);
    }

    [Fact]
    public async Task Pages_overwritten_with_garbage_are_found_at_the_start()
    {
        var directory = await _place.OpenAsync(_time);
        for (var i = 0; i < 100; i++)
            await directory.Queues.PutAsync();
        await _place.CloseAsync();
        await using (var file = new FileStream(Queues, FileMode.Open))
        {
            file.Position = 4096;
            await file.WriteAsync(Octets((int)file.Length - 8192));
        }
        Assert.Equal(StoreFault.Damaged, (await Assert.ThrowsAsync<StoreException>(() => OpenAsync(_place.Path))).Fault);
    }

    [Fact]
    public async Task A_damaged_mail_file_fails_alone()
    {
        var directory = await _place.OpenAsync(_time);
        await File.WriteAllTextAsync(Path.Combine(_place.Path, "names.db"), new string('x', 9000));
        Assert.Equal(StoreFault.Damaged, (await Assert.ThrowsAsync<StoreException>(async () => await directory.OpenAsync("names", None))).Fault);
        await directory.Queues.PutAsync();
        await directory.OpenAsync("mail/ada", None);
    }

    [Fact]
    public async Task A_directory_that_is_a_file_is_no_directory()
    {
        var path = Path.Combine(_place.Path, "file");
        await File.WriteAllTextAsync(path, "");
        await Assert.ThrowsAsync<StoreException>(() => OpenAsync(path));
    }

    [Fact]
    public async Task A_directory_that_may_not_be_written_is_denied()
    {
        // The superuser may write everywhere but into the kernel's own tree.
        var path = Environment.IsPrivilegedProcess ? "/sys/tell" : Path.Combine(_place.Path, "closed", "in");
        if (!Environment.IsPrivilegedProcess)
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead);
        Assert.Equal(StoreFault.Denied, (await Assert.ThrowsAsync<StoreException>(() => OpenAsync(path))).Fault);
    }

    [Fact]
    public async Task Only_the_owner_can_read_what_is_stored()
    {
        var path = Path.Combine(_place.Path, "data", "inner");
        await using var directory = await OpenAsync(path);
        await (await directory.OpenAsync("mail/ada", None)).PutAsync([new Document { Id = directory.Queues.NewId(), Form = Forms.Memo }], None);
        await directory.Queues.PutAsync();
        const UnixFileMode others = (UnixFileMode)0b000_111_111;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & others);
        Assert.All(Directory.EnumerateFileSystemEntries(path, "*", SearchOption.AllDirectories), entry => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(entry) & others));
    }

    [Fact]
    public async Task A_copy_of_the_files_taken_at_any_moment_has_every_completed_put()
    {
        var store = (await _place.OpenAsync(_time)).Queues;
        var completed = new System.Collections.Concurrent.ConcurrentDictionary<Unid, int>();
        using var stop = new CancellationTokenSource();
        var octets = Octets(3000);
        var writers = Enumerable.Range(0, 4).Select(async _ =>
        {
            await Task.Yield();
            while (!stop.IsCancellationRequested)
            {
                await ContentAsync(store.NewContent, octets, async content => completed.TryAdd((await store.PutAsync(with: d => d with { Content = content })).Id, 0));
                await Task.Yield();
            }
        }).ToArray();
        for (var round = 0; round < 4; round++)
        {
            for (var more = completed.Count + 50; completed.Count < more;)
                await store.PutAsync(WorkQueue.Inbound);
            var copy = Directory.CreateTempSubdirectory("tell-copy-").FullName;
            var before = completed.Keys.ToArray();
            // The log last would be wrong: a checkpoint in between could empty it. No checkpoint happens within these few pages.
            File.Copy(Queues, Path.Combine(copy, "queues.db"));
            File.Copy(Queues + "-wal", Path.Combine(copy, "queues.db-wal"));
            await using (var opened = await OpenAsync(copy))
            {
                foreach (var id in before)
                {
                    var document = await opened.Queues.GetAsync(id, None);
                    Assert.NotNull(document);
                    Assert.Equal(octets, await ReadAsync(opened.Queues.ReadContentAsync(document.Content!, None)));
                }
            }
            Directory.Delete(copy, recursive: true);
        }
        await stop.CancelAsync();
        await Task.WhenAll(writers);
    }

    [Fact]
    public async Task A_poisonous_operation_fails_alone()
    {
        var store = (await _place.OpenAsync(_time)).Queues;
        var puts = Enumerable.Range(0, 200).Select(i => store.PutAsync(
            [i % 10 == 3 ? Document(store) with { Parent = store.NewId() } : Document(store)], [new CounterChange("Puts", 1)], None).AsTask()).ToArray();
        for (var i = 0; i < puts.Length; i++)
        {
            if (i % 10 == 3)
                await Assert.ThrowsAsync<ArgumentException>(() => puts[i]);
            else
                await puts[i];
        }
        Assert.Equal(180, store.Counts().Sum(c => c.Documents));
        Assert.Equal(180, (await store.CountersAsync(None))["Puts"]);
    }

    [Fact]
    public async Task After_the_store_is_closed_every_verb_says_so()
    {
        var directory = await _place.OpenAsync(_time);
        var names = await directory.OpenAsync("names", None);
        await _place.CloseAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await directory.Queues.TakeAsync(WorkQueue.Outbound, "", 1, Minute, None));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await names.CountAsync(null, None));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await directory.OpenAsync("names", None));
    }

    [Fact]
    public async Task Closing_completes_what_was_called_and_leaves_no_log()
    {
        var store = (await _place.OpenAsync(_time)).Queues;
        var puts = Enumerable.Range(0, 300).Select(_ => store.PutAsync([Document(store)], [], None).AsTask()).ToArray();
        await _place.CloseAsync();
        await Task.WhenAll(puts);
        Assert.False(File.Exists(Queues + "-wal"));
        Assert.Equal(300, (await _place.OpenAsync(_time)).Queues.Counts().Sum(c => c.Documents));
    }

    // The first schema, as the first release wrote it.
    private const string FirstSchema = """
        DROP INDEX finished; DROP INDEX aged; DROP TABLE fingerprint; DROP TABLE traffic;
        ALTER TABLE document DROP COLUMN notices; ALTER TABLE document DROP COLUMN releases; ALTER TABLE document DROP COLUMN began;
        CREATE INDEX finished ON document(queue) WHERE due IS NULL AND (state = 3 OR state = 2 AND children = 0);
        PRAGMA user_version = 1
        """;

    [Fact]
    public async Task A_file_of_the_first_release_opens_with_all_that_it_holds()
    {
        var store = (await _place.OpenAsync(_time)).Queues;
        var waiting = await store.PutAsync(lane: "a", with: d => d with { Envelope = FullEnvelope });
        var failed = await store.PutAsync(with: d => d with { State = DocumentState.Failure, Reason = "r", Attempts = [FullAttempt] });
        var done = await store.PutAsync(with: d => d with { State = DocumentState.Success });
        await store.ChangeCountersAsync([new CounterChange("Kept", 7)], None);
        await _place.CloseAsync();
        Execute(Queues, FirstSchema);
        store = (await _place.OpenAsync(_time)).Queues;
        Same(waiting with { Due = _time.GetUtcNow() }, await store.GetAsync(waiting.Id, None));
        Assert.Equal(failed.Id, Assert.Single(await store.ReadFinishedAsync(WorkQueue.Outbound, DocumentState.Failure, null, 10, None)).Document.Id);
        Assert.Equal(done.Id, Assert.Single(await store.ReadFinishedAsync(WorkQueue.Outbound, DocumentState.Success, null, 10, None)).Document.Id);
        Assert.Equal(waiting.Id, Assert.Single(await store.ReadAgedAsync(WorkQueue.Outbound, DateTimeOffset.MinValue, _time.GetUtcNow(), 10, None)).Document.Id);
        Assert.Equal(7, (await store.CountersAsync(None))["Kept"]);
        store.AccountWith(new PlainBooks(new TrafficChange(TrafficKind.Channel, "c", default)));
        await store.PutOnceAsync(Document(store), new Fingerprint(1, 1), _time.GetUtcNow() + Minute, [], None);
        Assert.Single(await store.TrafficAsync(TrafficKind.Channel, None));
        Assert.Equal(2, store.Counts().Of(WorkQueue.Outbound, DocumentState.Pending));
    }

    [Fact]
    public async Task Fingerprints_that_have_expired_leave_the_file_by_themselves()
    {
        var store = (await _place.OpenAsync(_time)).Queues;
        async Task PutAsync(int first, int count)
        {
            for (var i = first; i < first + count; i++)
                await store.PutOnceAsync(Document(store), new Fingerprint((UInt128)i, 0), _time.GetUtcNow() + Minute, [], None);
        }
        await PutAsync(0, 300);
        _time.Advance(Minute);
        await PutAsync(300, 200);
        await _place.CloseAsync();
        Assert.Equal(200, Number("SELECT count(*) FROM fingerprint"));
        store = (await _place.OpenAsync(_time)).Queues;
        _time.Advance(Minute);
        await store.CompactAsync(None);
        await _place.CloseAsync();
        Assert.Equal(0, Number("SELECT count(*) FROM fingerprint"));
    }

    [Fact]
    public async Task A_hundred_thousand_failures_before_the_first_success_cost_its_reader_nothing()
    {
        var store = (await _place.OpenAsync(_time)).Queues;
        for (var i = 0; i < 100; i++)
            await store.PutAsync([.. Enumerable.Range(0, 1000).Select(_ => Document(store) with { State = DocumentState.Failure, Envelope = null })], [], None);
        var done = await store.PutAsync(with: d => d with { State = DocumentState.Success });
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
            Assert.Equal(done.Id, Assert.Single(await store.ReadFinishedAsync(WorkQueue.Outbound, DocumentState.Success, null, 10, None)).Document.Id);
        // Not a measurement (the plan is the proof): to read the failures each time would be ten million rows.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"{clock.Elapsed}");
    }

    private long Number(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Queues};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    [Theory]
    [InlineData(nameof(DocumentTable.WaitingSql), "USING COVERING INDEX waiting (queue=? AND destination=? AND rank=? AND due<?)")]
    [InlineData(nameof(DocumentTable.LaterSql), "USING COVERING INDEX waiting (queue=? AND destination=? AND rank=? AND due>?)")]
    [InlineData(nameof(DocumentTable.NextLaneSql), "USING COVERING INDEX waiting (queue=? AND destination>?)")]
    [InlineData(nameof(DocumentTable.FirstLaneSql), "USING COVERING INDEX waiting (queue=?)")]
    [InlineData(nameof(DocumentTable.EarliestSql), "USING COVERING INDEX waiting (queue=? AND destination=? AND rank=? AND due>?)")]
    [InlineData(nameof(AgedDocuments.MadeSql), "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")]
    [InlineData(nameof(AgedDocuments.BegunSql), "USING INDEX aged (queue=? AND began>? AND began<?)")]
    [InlineData(nameof(StoredCount.Sql), "USING INTEGER PRIMARY KEY (rowid>?)")]
    [InlineData(nameof(TrafficTable.PageSql), "USING PRIMARY KEY (kind=? AND name>?)")]
    [InlineData(nameof(DocumentTable.FinishedSql), "USING INDEX finished (queue=? AND state=? AND rowid>?)")]
    public async Task Every_verb_of_the_mail_flow_steps_along_an_index(string statement, string plan)
    {
        await _place.OpenAsync(_time);
        await _place.CloseAsync();
        var sql = (string)((Type[])[typeof(DocumentTable), typeof(AgedDocuments), typeof(StoredCount), typeof(TrafficTable)])
            .Select(table => table.GetField(statement, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)).OfType<System.Reflection.FieldInfo>().Single().GetValue(null)!;
        using var connection = new SqliteConnection($"Data Source={Queues};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        for (var i = 1; i <= 4; i++)
            command.Parameters.AddWithValue($"?{i}", 1);
        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
            steps.Add(reader.GetString(3));
        Assert.Contains(plan, Assert.Single(steps), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_thousand_waiting_documents_cost_nothing_to_those_that_flow()
    {
        var store = (await _place.OpenAsync(_time)).Queues;
        async Task<TimeSpan> LivesAsync()
        {
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < 300; i++)
            {
                await store.PutAsync(lane: "flowing");
                await store.SettleAsync(Settlement.Succeeded(await store.TakeOneAsync(lane: "flowing")));
                await store.SettleAsync(Settlement.Removed(Assert.Single(await store.ReadFinishedAsync(WorkQueue.Outbound, 10, None))));
            }
            return clock.Elapsed;
        }
        await LivesAsync();
        var empty = await LivesAsync();
        for (var i = 0; i < 100; i++)
        {
            await store.PutAsync([.. Enumerable.Range(0, 1000).Select(n => Document(store, lane: $"lane{n % 200}") with { Due = _time.GetUtcNow().AddHours(n % 2) })], [], None);
        }
        var full = await LivesAsync();
        Assert.Equal(200, (await store.LanesAsync(WorkQueue.Outbound, None)).Count);
        // Not a measurement (the plans above are the proof): a scan of the backlog would take a hundred times as long.
        Assert.True(full < empty * 10 + TimeSpan.FromSeconds(1), $"{empty} without and {full} with a backlog");
    }
}
