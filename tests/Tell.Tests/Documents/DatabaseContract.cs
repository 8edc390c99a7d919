using Tell.Documents;
using static Tell.Tests.Documents.Sample;

namespace Tell.Tests.Documents;

/// <summary>What every engine promises of its databases and of the directory that holds them.</summary>
public abstract class DatabaseContract(IPlace place) : IAsyncLifetime
{
    private readonly Clock _time = new();
    private IDataDirectory _directory = null!;
    private IDatabase _names = null!;

    public async Task InitializeAsync() => await ReopenAsync();

    public async Task DisposeAsync() => await place.DisposeAsync();

    private async Task ReopenAsync()
    {
        _directory = await place.OpenAsync(_time);
        _names = await _directory.OpenAsync("names", None);
    }

    private Document Person(string name) => new() { Id = _names.NewId(), Form = Forms.Person, Items = [Item.OfText("FullName", name)] };

    [Fact]
    public async Task A_document_comes_back_as_it_was_put()
    {
        var document = Person("Ada") with { Envelope = FullEnvelope, Parent = _names.NewId(), Reason = "r", Attempts = [FullAttempt], AttemptCount = 4 };
        await _names.PutAsync([document], None);
        Same(document, await _names.GetAsync(document.Id, None));
        await ReopenAsync();
        Same(document, await _names.GetAsync(document.Id, None));
    }

    [Fact]
    public async Task A_put_takes_the_place_of_the_document_with_its_id()
    {
        var document = Person("Ada");
        await _names.PutAsync([document], None);
        await _names.PutAsync([document with { Form = "Group", Items = [] }], None);
        Assert.Equal("Group", (await _names.GetAsync(document.Id, None))!.Form);
        Assert.Equal(1, await _names.CountAsync(null, None));
        Assert.Equal(0, await _names.CountAsync(Forms.Person, None));
    }

    [Fact]
    public async Task A_put_is_all_or_none()
    {
        var document = Person("Ada");
        await Assert.ThrowsAsync<ArgumentException>(async () => await _names.PutAsync([document, Person("Bob") with { Content = new Content(4711, 1) }], None));
        Assert.Null(await _names.GetAsync(document.Id, None));
    }

    [Fact]
    public async Task A_document_of_a_work_queue_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await _names.PutAsync([Person("Ada") with { Queue = WorkQueue.MailBox }], None));

    [Fact]
    public async Task Views_page_through_a_form_in_the_order_of_ids()
    {
        var people = Enumerable.Range(0, 5).Select(i => Person($"P{i}")).ToArray();
        var group = Person("G") with { Form = "Group" };
        await _names.PutAsync([.. people.Reverse(), group], None);
        Assert.Equal(people.Take(2).Select(p => p.Id), (await _names.ViewAsync(Forms.Person, null, 2, None)).Select(p => p.Id));
        Assert.Equal(people.Skip(2).Select(p => p.Id), (await _names.ViewAsync(Forms.Person, people[1].Id, 99, None)).Select(p => p.Id));
        Assert.Equal(6, (await _names.ViewAsync(null, null, 99, None)).Count);
        Assert.Equal(5, await _names.CountAsync(Forms.Person, None));
        Assert.Equal(6, await _names.CountAsync(null, None));
    }

    [Fact]
    public async Task A_deleted_document_is_gone_once()
    {
        var document = Person("Ada");
        await _names.PutAsync([document], None);
        Assert.True(await _names.DeleteAsync(document.Id, None));
        Assert.False(await _names.DeleteAsync(document.Id, None));
        Assert.Null(await _names.GetAsync(document.Id, None));
    }

    [Fact]
    public async Task The_version_changes_with_every_put_and_delete_and_with_nothing_else()
    {
        var start = _names.Version;
        var document = Person("Ada");
        await _names.PutAsync([document], None);
        var put = _names.Version;
        await _names.GetAsync(document.Id, None);
        await _names.DeleteAsync(_names.NewId(), None);
        Assert.Equal(put, _names.Version);
        await _names.DeleteAsync(document.Id, None);
        Assert.Equal(3, new[] { start, put, _names.Version }.Distinct().Count());
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(200_000)]
    public async Task Contents_go_with_the_last_document_that_points_at_them(int size)
    {
        var octets = Octets(size);
        var one = Person("one");
        var two = Person("two");
        var content = await ContentAsync(_names.NewContent, octets, async c => await _names.PutAsync([one with { Content = c }, two with { Items = [Item.OfAttachment("A", "a", "text/plain", c)] }], None));
        await ReopenAsync();
        Assert.Equal(octets, await ReadAsync(_names.ReadContentAsync(content, None)));
        await _names.PutAsync([one with { Content = content, Reason = "again" }], None);
        await _names.DeleteAsync(two.Id, None);
        Assert.Equal(octets, await ReadAsync(_names.ReadContentAsync(content, None)));
        await _names.PutAsync([one], None);
        Assert.True(await IsGoneAsync(_names.ReadContentAsync(content, None)));
    }

    [Fact]
    public async Task The_size_is_that_of_all_contents_and_items_and_follows_every_change()
    {
        Assert.Equal(0, await _names.SizeAsync(None));
        var one = Person("one");
        var two = new Document { Id = _names.NewId(), Form = Forms.Memo, Items = [Item.OfText("T", "æ", "bc"), Item.OfNumber("N", 1, 2), Item.OfTime("D", _time.GetUtcNow()), Item.OfRichText("B", "text/html", "<p>")] };
        // "FullName" and "one"; then T + 2 + 2, N + 16, D + 8, B + "text/html" + 3.
        const long first = 11, second = 5 + 17 + 9 + 13;
        await _names.PutAsync([one], None);
        Assert.Equal(first, await _names.SizeAsync(None));
        await ContentAsync(_names.NewContent, Octets(200_000), async c => await _names.PutAsync([two with { Content = c }, one with { Items = [.. one.Items, Item.OfAttachment("A", "a", "text/plain", c)] }], None));
        Assert.Equal(first + second + 200_000 + 12 + 200_000, await _names.SizeAsync(None));
        await ReopenAsync();
        Assert.Equal(first + second + 200_000 + 12 + 200_000, await _names.SizeAsync(None));
        await _names.PutAsync([one], None);
        Assert.Equal(first + second + 200_000, await _names.SizeAsync(None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _names.PutAsync([Person("three"), Person("four") with { Content = new Content(4711, 1) }], None));
        await _names.DeleteAsync(_names.NewId(), None);
        Assert.Equal(first + second + 200_000, await _names.SizeAsync(None));
        await _names.DeleteAsync(two.Id, None);
        Assert.Equal(first, await _names.SizeAsync(None));
        await ReopenAsync();
        await _names.DeleteAsync(one.Id, None);
        Assert.Equal(0, await _names.SizeAsync(None));
    }

    [Fact]
    public async Task New_ids_grow_also_when_the_clock_goes_back_over_a_restart()
    {
        var document = Person("Ada");
        await _names.PutAsync([document], None);
        _time.Advance(-TimeSpan.FromDays(400));
        await ReopenAsync();
        Assert.True(_names.NewId().CompareTo(document.Id) > 0);
    }

    [Fact]
    public async Task Opening_what_is_open_gives_the_same_object()
    {
        Assert.Same(_names, await _directory.OpenAsync("names", None));
        Assert.Same(_names, await _directory.OpenAsync("NAMES", None));
        Assert.Equal("names", _names.Title);
    }

    [Fact]
    public async Task A_closed_database_can_be_opened_again()
    {
        var document = Person("Ada");
        await _names.PutAsync([document], None);
        await _names.DisposeAsync();
        var again = await _directory.OpenAsync("names", None);
        Same(document, await again.GetAsync(document.Id, None));
    }

    [Fact]
    public async Task Names_come_back_whatever_stands_in_them()
    {
        string[] names = ["mail/ada@example.test", "mail/..", "mail/.hidden", "mail/a b%41\\:*?\"<>|\n", "mail/jürgen", "mail/con", "log"];
        foreach (var name in names)
            await _directory.OpenAsync(name, None);
        Assert.Equal(names.Where(n => n.StartsWith("mail/", StringComparison.Ordinal)).Order(StringComparer.Ordinal), _directory.List("mail/"));
        Assert.Equal(["names"], _directory.List("names"));
        await ReopenAsync();
        Assert.Equal(8, _directory.List("").Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mail/")]
    [InlineData("/etc")]
    [InlineData("mail//x")]
    [InlineData("queues")]
    [InlineData("Queues")]
    public async Task A_name_without_a_part_or_of_the_queues_is_refused(string name) =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await _directory.OpenAsync(name, None));

    [Fact]
    public async Task A_name_longer_than_a_file_name_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await _directory.OpenAsync("mail/" + new string('a', 300), None));

    [Fact]
    public async Task Many_mail_files_keep_what_each_was_given()
    {
        var put = new List<(string Name, Document Document)>();
        for (var i = 0; i < 120; i++)
        {
            var database = await _directory.OpenAsync($"mail/user{i}", None);
            var memo = new Document { Id = database.NewId(), Form = Forms.Memo, Reason = $"{i}" };
            await database.PutAsync([memo], None);
            put.Add((database.Title, memo));
        }
        foreach (var (name, memo) in put)
            Same(memo, await (await _directory.OpenAsync(name, None)).GetAsync(memo.Id, None));
    }

    [Fact]
    public async Task Concurrent_puts_are_all_kept()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await Task.Yield();
            var database = await _directory.OpenAsync($"mail/user{i % 4}", None);
            for (var n = 0; n < 10; n++)
                await database.PutAsync([new Document { Id = database.NewId(), Form = Forms.Memo }], None);
        }));
        for (var i = 0; i < 4; i++)
            Assert.Equal(50, await (await _directory.OpenAsync($"mail/user{i}", None)).CountAsync(Forms.Memo, None));
    }
}

public sealed class MemoryDatabaseTests() : DatabaseContract(new MemoryPlace());

public sealed class SqliteDatabaseTests() : DatabaseContract(new SqlitePlace());
