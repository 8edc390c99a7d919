using Tell.Documents;
using static Tell.Tests.Documents.Sample;

namespace Tell.Tests.Documents;

public abstract partial class QueueStoreContract
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(262144)]
    [InlineData(262145)]
    [InlineData(1_000_003)]
    public async Task A_content_comes_back_octet_for_octet(int size)
    {
        var octets = Octets(size);
        Document document = null!;
        await ContentAsync(Store.NewContent, octets, async content => document = await Store.PutAsync(with: d => d with { Content = content }));
        Assert.Equal(size, document.Content!.Size);
        Assert.Equal(octets, await ReadAsync(Store.ReadContentAsync(document.Content, None)));
        await ReopenAsync();
        Assert.Equal(octets, await ReadAsync(Store.ReadContentAsync((await Store.GetAsync(document.Id, None))!.Content!, None)));
        await Store.SettleAsync(Settlement.Removed(await Store.TakeOneAsync()));
        Assert.True(await IsGoneAsync(Store.ReadContentAsync(document.Content, None)));
    }

    [Fact]
    public async Task A_content_may_be_written_in_pieces_of_any_size()
    {
        var octets = Octets(700_000);
        await using var writer = Store.NewContent();
        var random = new Random(3);
        for (var at = 0; at < octets.Length;)
        {
            var part = Math.Min(octets.Length - at, random.Next(0, 90_000));
            await writer.WriteAsync(octets.AsMemory(at, part), None);
            at += part;
        }
        Assert.Equal(octets.Length, writer.Size);
        var content = await writer.CompleteAsync(None);
        Assert.Equal(octets, await ReadAsync(Store.ReadContentAsync(content, None)));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(300_000)]
    public async Task A_writer_that_vanishes_leaves_nothing(int size)
    {
        await using (var vanished = Store.NewContent())
            await vanished.WriteAsync(Octets(size), None);
        Content content;
        await using (var complete = Store.NewContent())
        {
            await complete.WriteAsync(Octets(size), None);
            content = await complete.CompleteAsync(None);
        }
        Assert.True(await IsGoneAsync(Store.ReadContentAsync(content, None)));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutAsync([Document(Store) with { Content = content }], [], None));
        Assert.Empty(Store.Counts());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(300_000)]
    public async Task A_content_that_nobody_points_at_is_gone_after_a_restart(int size)
    {
        var writer = Store.NewContent();
        await writer.WriteAsync(Octets(size), None);
        var content = await writer.CompleteAsync(None);
        await ReopenAsync();
        Assert.True(await IsGoneAsync(Store.ReadContentAsync(content, None)));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(300_000)]
    public async Task A_shared_content_goes_with_the_last_that_points_at_it(int size)
    {
        var octets = Octets(size);
        Content content = null!;
        await ContentAsync(Store.NewContent, octets, async c =>
        {
            content = c;
            await Store.PutAsync([Document(Store) with { Content = c }, Document(Store) with { Content = c, Items = [Item.OfAttachment("A", "a.bin", "application/octet-stream", c)] }], [], None);
        });
        await ReopenAsync();
        await Store.PutAsync([Document(Store) with { Items = [Item.OfMimePart("M", "text/plain", content)] }], [], None);
        for (var left = 3; left > 0; left--)
        {
            Assert.Equal(octets, await ReadAsync(Store.ReadContentAsync(content, None)));
            await Store.SettleAsync(Settlement.Removed(await Store.TakeOneAsync()));
        }
        Assert.True(await IsGoneAsync(Store.ReadContentAsync(content, None)));
    }

    [Fact]
    public async Task A_put_that_fails_leaves_its_content_for_another_try()
    {
        await ContentAsync(Store.NewContent, Octets(10), async content =>
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutAsync([Document(Store) with { Content = content }, Document(Store) with { Parent = Store.NewId() }], [], None));
            var document = await Store.PutAsync(with: d => d with { Content = content });
            await ReopenAsync();
            Assert.Equal(Octets(10), await ReadAsync(Store.ReadContentAsync(document.Content!, None)));
        });
    }

    [Fact]
    public async Task A_settlement_can_bring_a_new_content()
    {
        await Store.PutAsync(WorkQueue.SmtpBox);
        var lease = await Store.TakeOneAsync(WorkQueue.SmtpBox);
        await ContentAsync(Store.NewContent, Octets(500), async content =>
            await Store.SettleAsync(Settlement.Succeeded(lease) with { Created = [Document(Store) with { Content = content, Parent = lease.Document.Id }] }));
        await ReopenAsync();
        Assert.Equal(Octets(500), await ReadAsync(Store.ReadContentAsync((await Store.TakeOneAsync()).Document.Content!, None)));
    }
}
