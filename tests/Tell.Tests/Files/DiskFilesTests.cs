using System.Text;
using Tell.Mta.Files;
using Tell.Tests.Tools;

namespace Tell.Tests.Files;

/// <summary>The promises of IFiles on the machine's own disk.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class DiskFilesTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TempDirectory _folder = new();
    private readonly DiskFiles _files = new();

    public void Dispose()
    {
        _files.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_written_is_read_again_in_pieces_of_64_KiB_at_most()
    {
        var octets = new byte[300_001];
        new Random(1).NextBytes(octets);
        await _files.WriteAsync(_folder["a"], Pieces(octets[..1], octets[1..200_000], [], octets[200_000..]), None);

        using var read = new MemoryStream();
        await foreach (var piece in _files.ReadAsync(_folder["a"], None))
        {
            Assert.InRange(piece.Length, 1, 64 * 1024);
            read.Write(piece.Span);
        }
        Assert.Equal(octets, read.ToArray());
    }

    [Fact]
    public async Task An_empty_file_is_written_and_read()
    {
        await _files.WriteAsync(_folder["a"], Pieces(), None);
        await foreach (var piece in _files.ReadAsync(_folder["a"], None))
            Assert.Fail($"{piece.Length} octets of an empty file");
        Assert.Equal(0, Assert.Single(await _files.ListAsync(_folder.Path, None)).Size);
    }

    [Fact]
    public async Task A_file_that_exists_is_never_written_over()
    {
        _folder.Write("a", "old"u8);
        _folder.Write("b", "other"u8);
        Assert.Contains(_folder["a"], (await Assert.ThrowsAsync<IOException>(async () => await _files.WriteAsync(_folder["a"], Pieces("new"u8.ToArray()), None))).Message);
        Assert.Contains(_folder["a"], (await Assert.ThrowsAsync<IOException>(async () => await _files.MoveAsync(_folder["b"], _folder["a"], None))).Message);
        Assert.Equal("old", File.ReadAllText(_folder["a"]));
        Assert.Equal("other", File.ReadAllText(_folder["b"]));
    }

    [Fact]
    public async Task A_write_says_that_a_file_or_folder_is_there_already_and_that_its_folder_is_not()
    {
        _folder.Write("a", "text"u8);
        _folder.MakeFolder("sub");
        foreach (var name in new[] { "a", "sub" })
        {
            var there = await Assert.ThrowsAsync<IOException>(async () => await _files.WriteAsync(_folder[name], Pieces(), None));
            Assert.Equal($"{_folder[name]} exists already.", there.Message);
        }
        var nowhere = await Assert.ThrowsAsync<DirectoryNotFoundException>(async () => await _files.WriteAsync(_folder["no/b"], Pieces(), None));
        Assert.Equal($"The folder of {_folder["no/b"]} is not there.", nowhere.Message);
        Assert.Equal("text", File.ReadAllText(_folder["a"]));
    }

    [Fact]
    public async Task A_write_that_fails_or_is_stopped_leaves_no_file()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _files.WriteAsync(_folder["a"], Failing(), None));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await _files.WriteAsync(_folder["b"], Stopping(stop), stop.Token));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_file_moves_to_another_folder_and_is_gone_from_the_first()
    {
        _folder.Write("a", "text"u8);
        _folder.MakeFolder("sub");
        await _files.MoveAsync(_folder["a"], _folder["sub/b"], None);
        Assert.False(File.Exists(_folder["a"]));
        Assert.Equal("text", File.ReadAllText(_folder["sub/b"]));
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await _files.MoveAsync(_folder["a"], _folder["c"], None));
    }

    [Fact]
    public async Task Plain_files_alone_are_listed_by_name()
    {
        var secret = _folder.Write("secret", "s"u8);
        var pickup = _folder.MakeFolder("pickup");
        _folder.Write("pickup/b", "22"u8);
        _folder.Write("pickup/a", "1"u8);
        _folder.MakeFolder("pickup/c");
        File.CreateSymbolicLink(Path.Combine(pickup, "link"), secret);
        File.CreateSymbolicLink(Path.Combine(pickup, "dangling"), _folder["nothing"]);
        File.CreateSymbolicLink(Path.Combine(pickup, "folder"), _folder.Path);
        (await ChildProcess.RunAsync("/usr/bin/mkfifo", [Path.Combine(pickup, "pipe")], pickup)).Succeeded();

        var found = await _files.ListAsync(pickup, None);
        Assert.Equal([("a", 1L), ("b", 2L)], found.Select(file => (file.Name, file.Size)));
        Assert.All(found, file => Assert.Equal(File.GetLastWriteTimeUtc(Path.Combine(pickup, file.Name)), file.Written.UtcDateTime));
        Assert.Empty(await _files.ListAsync(_folder["nothing"], None));
        await Assert.ThrowsAsync<IOException>(async () => await _files.ListAsync(secret, None));
    }

    [Fact]
    public async Task A_link_is_not_read_and_a_pipe_keeps_nobody_waiting()
    {
        File.CreateSymbolicLink(_folder["link"], _folder.Write("secret", "s"u8));
        (await ChildProcess.RunAsync("/usr/bin/mkfifo", [_folder["pipe"]], _folder.Path)).Succeeded();
        foreach (var name in new[] { "link", "pipe", "." })
        {
            var fault = await Assert.ThrowsAnyAsync<IOException>(async () =>
            {
                await foreach (var _ in _files.ReadAsync(_folder[name], None))
                    Assert.Fail($"{name} was read");
            });
            Assert.Contains(_folder[name], fault.Message);
        }
    }

    [Fact]
    public async Task A_lock_has_one_holder_and_ends_with_it()
    {
        using var other = new DiskFiles();
        var mine = await _files.LockAsync(_folder[".lock"], None);
        Assert.Contains(".lock", (await Assert.ThrowsAsync<IOException>(async () => await other.LockAsync(_folder[".lock"], None))).Message);
        mine.Dispose();
        (await other.LockAsync(_folder[".lock"], None)).Dispose();
    }

    [Fact]
    public async Task Many_changes_at_once_are_each_answered_for_themselves()
    {
        for (var i = 0; i < 200; i += 2)
            _folder.Write($"{i}", "x"u8);
        var moves = Enumerable.Range(0, 200).Select(i => _files.MoveAsync(_folder[$"{i}"], _folder[$"{i}.moved"], None).AsTask()).ToArray();
        for (var i = 0; i < moves.Length; i++)
        {
            if (i % 2 == 0)
                await moves[i];
            else
                await Assert.ThrowsAsync<FileNotFoundException>(() => moves[i]);
        }
        Assert.Equal(100, (await _files.ListAsync(_folder.Path, None)).Count(file => file.Name.EndsWith(".moved", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_write_and_a_move_do_not_go_through_a_link()
    {
        File.CreateSymbolicLink(_folder["link"], _folder["elsewhere"]);
        _folder.Write("a", "1"u8);
        await Assert.ThrowsAsync<IOException>(async () => await _files.WriteAsync(_folder["link"], Pieces("x"u8.ToArray()), None));
        await Assert.ThrowsAsync<IOException>(async () => await _files.MoveAsync(_folder["a"], _folder["link"], None));
        Assert.False(File.Exists(_folder["elsewhere"]));
    }

    [Fact]
    public async Task Deleting_what_is_not_there_is_nothing()
    {
        _folder.Write("a", "1"u8);
        await _files.DeleteAsync(_folder["a"], None);
        await _files.DeleteAsync(_folder["a"], None);
        await _files.DeleteAsync(_folder["no/such/folder"], None);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Files_and_folders_are_for_their_owner_alone()
    {
        await _files.MakeFolderAsync(_folder["x/y/z"], None);
        await _files.MakeFolderAsync(_folder["x/y/z"], None);
        await _files.WriteAsync(_folder["x/y/z/a"], Pieces("1"u8.ToArray()), None);
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner, File.GetUnixFileMode(_folder["x/y/z/a"]));
        Assert.All(new[] { "x", "x/y", "x/y/z" }, name => Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder[name])));
        _folder.Write("file", "1"u8);
        await Assert.ThrowsAsync<IOException>(async () => await _files.MakeFolderAsync(_folder["file/below"], None));
    }

    [Fact]
    public async Task Names_that_no_file_can_have_are_failures_of_the_disk()
    {
        await Assert.ThrowsAsync<IOException>(async () => await _files.WriteAsync(_folder["a\0b"], Pieces("1"u8.ToArray()), None));
        await Assert.ThrowsAnyAsync<IOException>(async () => await _files.WriteAsync(_folder[new string('n', 300)], Pieces("1"u8.ToArray()), None));
        await Assert.ThrowsAnyAsync<IOException>(async () => await _files.WriteAsync(_folder["no/such/folder"], Pieces("1"u8.ToArray()), None));
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_their_own()
    {
        var writes = Enumerable.Range(0, 50).Select(i => _files.WriteAsync(_folder[$"{i}"], Pieces(Encoding.ASCII.GetBytes($"{i}")), None).AsTask()).ToArray();
        foreach (var write in writes)
            await write;
        for (var i = 0; i < 50; i++)
            Assert.Equal($"{i}", File.ReadAllText(_folder[$"{i}"]));
    }

    [Fact]
    public async Task After_the_end_nothing_is_taken_any_more()
    {
        _files.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _files.ListAsync(_folder.Path, None));
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(params byte[][] pieces)
    {
        foreach (var piece in pieces)
        {
            await Task.Yield();
            yield return piece;
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Failing()
    {
        await Task.Yield();
        yield return "half"u8.ToArray();
        throw new InvalidOperationException("The source failed.");
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Stopping(CancellationTokenSource stop)
    {
        await Task.Yield();
        yield return "half"u8.ToArray();
        stop.Cancel();
        yield return "more"u8.ToArray();
    }
}
