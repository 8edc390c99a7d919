using Tell.Documents;
using Tell.Documents.Sqlite;
using static Tell.Tests.Documents.Sample;

namespace Tell.Tests.Documents;

/// <summary>What the stores say about the room that they have.</summary>
public sealed class StoreSpaceTests
{
    [Fact]
    public async Task The_disk_of_the_directory_tells_its_size_and_what_is_free()
    {
        await using var place = new SqlitePlace();
        var space = (await place.OpenAsync(new Clock())).Space!.Value;
        Assert.InRange(space.Free, 1, space.Total);
    }

    // A queue that was long and has drained leaves a large file, which takes mail again before anything compacts it.
    [Fact]
    public async Task What_a_drained_queue_leaves_in_its_file_is_room()
    {
        await using var place = new SqlitePlace();
        var directory = (SqliteDataDirectory)await place.OpenAsync(new Clock());
        var store = (SqliteQueueStore)directory.Queues;
        await ContentAsync(store.NewContent, Octets(4_000_000), content => store.PutAsync(with: document => document with { Content = content }));
        Assert.True(await store.SettleAsync(Settlement.Removed(await store.TakeOneAsync())));
        for (var i = 0; i < 4; i++)
            await ContentAsync(store.NewContent, Octets(200_000, i), content => store.PutAsync(with: document => document with { Content = content }));
        Assert.InRange(store.Reusable, 2_000_000, 5_000_000);
    }
}
