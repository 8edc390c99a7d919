using System.Text;
using System.Text.RegularExpressions;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Files;
using Tell.Mta.LocalDelivery;
using Tell.Tests.Simulation;
using Tell.Tests.Tools;

namespace Tell.Tests.LocalDelivery;

/// <summary>Maildir, as its readers see it.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class MaildirTests
{
    private const string Folder = "/home/ada/Maildir";
    private static readonly Unid Id = new((ulong)DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000).ToUnixTimeMilliseconds() << Unid.SequenceBits, 7);

    private readonly MemoryFiles _files = new(new ManualTime());

    [Fact]
    public async Task A_message_lies_in_new_with_LF_and_its_sizes_in_its_name()
    {
        Assert.True(await DeliverAsync("Subject: x\r\n\r\nline\r\n"));
        var path = Assert.Single(_files.Paths);
        Assert.Equal($"{Folder}/new/1700000000.{Id}.mx.example.test,S=17,W=20", path);
        Assert.Equal("Subject: x\n\nline\n", _files[path]);
    }

    [Fact]
    public async Task The_last_host_says_from_whom_and_for_whom()
    {
        await DeliverAsync("A: b\r\n\r\n", new FinalDelivery(Mailbox.Parse("\"o'b <x>\"@example.org"), Mailbox.Parse("ada@example.test")));
        Assert.Equal("Return-Path: <\"o'b <x>\"@example.org>\nDelivered-To: ada@example.test\nA: b\n\n", _files[_files.Paths[0]]);
    }

    [Fact]
    public async Task The_null_sender_is_written_as_such()
    {
        await DeliverAsync("A: b\r\n\r\n", new FinalDelivery(null, Mailbox.Parse("ada@example.test")));
        Assert.StartsWith("Return-Path: <>\n", _files[_files.Paths[0]], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new", "")]
    [InlineData("cur", ":2,")]
    [InlineData("cur", ":2,RS")]
    [InlineData("cur", ";2,S")]
    public async Task Filing_it_again_does_not_double_it_wherever_a_reader_has_put_it(string folder, string flags)
    {
        await DeliverAsync("A: b\r\n\r\n");
        var first = _files.Paths[0];
        if (folder == "cur")
            await _files.MoveAsync(first, first.Replace("/new/", "/cur/", StringComparison.Ordinal) + flags, CancellationToken.None);
        Assert.False(await DeliverAsync("A: b\r\n\r\n"));
        Assert.Single(_files.Paths);
    }

    [Fact]
    public async Task Two_documents_are_two_messages()
    {
        await DeliverAsync("A: b\r\n\r\n");
        await DeliverAsync("A: b\r\n\r\n", id: new Unid(Id.High, Id.Low + 1));
        Assert.Equal(2, _files.Paths.Count);
    }

    [Fact]
    public async Task A_crash_at_any_step_leaves_one_whole_message_after_the_next_attempt()
    {
        for (var step = 0; step < 20; step++)
        {
            var (files, left) = (new MemoryFiles(new ManualTime()), step);
            files.Before = (_, _) => left-- == 0 ? throw new ObjectDisposedException("the power is cut", innerException: null) : null;
            var before = files;
            try
            {
                await DeliverAsync(files, Pieces("A: b\r\n\r\n", "more\r\n"));
            }
            catch (ObjectDisposedException)
            {
                // The old program is gone.
            }
            files = before.Reopen();
            await DeliverAsync(files, Pieces("A: b\r\n\r\n", "more\r\n"));
            var path = Assert.Single(files.Paths);
            Assert.StartsWith($"{Folder}/new/", path, StringComparison.Ordinal);
            Assert.Equal("A: b\n\nmore\n", files[path]);
        }
    }

    [Fact]
    public async Task A_full_disk_files_nothing()
    {
        _files.Room = 3;
        await Assert.ThrowsAsync<IOException>(async () => await DeliverAsync("A: b\r\n\r\n"));
        Assert.Empty(_files.Paths);
    }

    [Fact]
    public async Task Line_ends_are_found_however_the_message_is_cut()
    {
        const string Message = "A: b\r\n\r\nx\r\r\ny\rz\nw\r\n\r";
        for (var cut = 0; cut <= Message.Length; cut++)
        {
            for (var second = cut; second <= Message.Length; second++)
            {
                var files = new MemoryFiles(new ManualTime());
                await DeliverAsync(files, Pieces(Message[..cut], Message[cut..second], Message[second..]));
                Assert.Equal("A: b\n\nx\r\ny\rz\nw\n\r", files[files.Paths[0]]);
            }
        }
    }

    [Fact]
    public async Task A_host_name_cannot_lead_out_of_the_folder()
    {
        await Maildir.DeliverAsync(_files, Folder, Id, Pieces("A: b\r\n\r\n"), CancellationToken.None, host: "../../[::1]:25");
        Assert.Equal($"{Folder}/new", Path.GetDirectoryName(Assert.Single(_files.Paths)));
        Assert.Matches(new Regex(@"/new/\d+\.[0-9A-F]{32}\.[A-Za-z0-9._-]+,S=\d+,W=\d+$"), _files.Paths[0]);
    }

    [Fact]
    public async Task On_a_real_disk_it_is_a_Maildir_for_its_owner_alone()
    {
        using var folder = new TempDirectory();
        using var files = new DiskFiles();
        Assert.True(await Maildir.DeliverAsync(files, folder["Maildir"], Id, Pieces("A: b\r\n\r\n"), CancellationToken.None));
        Assert.False(await Maildir.DeliverAsync(files, folder["Maildir"], Id, Pieces("A: b\r\n\r\n"), CancellationToken.None));
        Assert.Equal(["cur", "new", "tmp"], Directory.GetDirectories(folder["Maildir"]).Select(Path.GetFileName).Order());
        var path = Assert.Single(Directory.GetFiles(folder["Maildir"], "*", SearchOption.AllDirectories));
        Assert.Equal("A: b\n\n"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    private ValueTask<bool> DeliverAsync(string message, FinalDelivery? final = null, Unid? id = null) =>
        DeliverAsync(_files, Pieces(message), final, id);

    private static ValueTask<bool> DeliverAsync(MemoryFiles files, IAsyncEnumerable<ReadOnlyMemory<byte>> message, FinalDelivery? final = null, Unid? id = null) =>
        Maildir.DeliverAsync(files, Folder, id ?? Id, message, CancellationToken.None, final, "mx.example.test");

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(params string[] pieces)
    {
        foreach (var piece in pieces)
        {
            await Task.CompletedTask;
            yield return Encoding.UTF8.GetBytes(piece);
        }
    }
}
