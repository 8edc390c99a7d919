using System.Text;
using Tell.Mail;
using Tell.Tests.Tools;

namespace Tell.Tests.Mail;

/// <summary>winmail.dat, as MS-OXTNEF has it and as it arrives damaged.</summary>
public sealed class TnefTests
{
    // MS-OXRTFCP 3.1: the two examples of the specification.
    private const string HelloWorld = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0";
    private const string Wxyz = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0";

    [Theory]
    [InlineData(HelloWorld, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n")]
    [InlineData(Wxyz, "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}")]
    [InlineData("1000000004000000" + "4d454c41" + "00000000" + "7b5c7274", "{\\rt")]
    public void Compressed_rtf_is_read_as_the_specification_has_it(string octets, string rtf)
    {
        var stream = new TnefWriter().Message(TnefWriter.Binary(0x1009, Convert.FromHexString(octets))).Octets;
        var message = Read(stream);
        Assert.Equal(rtf, message.Rtf);
        Assert.Empty(message.Problems);
    }

    [Fact]
    public void Everything_in_a_stream_is_found()
    {
        var message = Read(Sample());
        Assert.Equal(("Grüße 漢字", "IPM.Note"), (message.Subject, message.MessageClass));
        Assert.Equal("Der Text: äöü €\r\n", message.Text);
        Assert.Equal("<p>Привет</p>", message.Html);
        Assert.Equal("{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}", message.Rtf);
        Assert.Equal("windows-1252", message.Charset);
        Assert.Empty(message.Problems);
        Assert.Equal(["Bericht für 2026.pdf", "IMAGE001.PNG", "Inner"], message.Attachments.Select(file => file.Name));
        Assert.Equal("first file", Encoding.ASCII.GetString(message.Attachments[0].Octets.Span));
        Assert.Equal(("application/pdf", null), (message.Attachments[0].MediaType, message.Attachments[0].ContentId));
        Assert.Equal(("image/png", "image001@01"), (message.Attachments[1].MediaType, message.Attachments[1].ContentId));
        var inner = message.Attachments[2].Message!;
        Assert.Equal("inside", inner.Subject);
        Assert.Equal("deep.txt", Assert.Single(inner.Attachments).Name);
    }

    [Fact]
    public void What_is_no_stream_is_refused()
    {
        Assert.False(Tnef.TryRead(default, out _));
        Assert.False(Tnef.TryRead("x\u009f>\"winmail"u8.ToArray(), out _));
        Assert.True(Tnef.TryRead(Sample().AsMemory(0, 6), out var empty));
        Assert.Empty(empty.Attachments);
    }

    [Fact]
    public void A_wrong_checksum_is_a_problem_and_no_failure()
    {
        var octets = new TnefWriter().File("data"u8.ToArray(), "a.txt").Octets;
        octets[^1] ^= 0xff;
        var message = Read(octets);
        Assert.Equal("a.txt", Assert.Single(message.Attachments).Name);
        Assert.Equal("a checksum is wrong", Assert.Single(message.Problems));
    }

    [Fact]
    public void A_stream_cut_anywhere_gives_what_there_is()
    {
        var whole = Sample();
        var before = 0;
        for (var length = 6; length <= whole.Length; length++)
        {
            var message = Read(whole[..length]);
            Assert.InRange(message.Attachments.Length, before, 3);
            before = message.Attachments.Length;
        }
    }

    [Fact]
    public void Messages_within_messages_are_read_to_a_depth()
    {
        var stream = new TnefWriter().Message(TnefWriter.Wide(0x0037, "0")).Octets;
        for (var i = 1; i < 50; i++)
            stream = new TnefWriter().Message(TnefWriter.Wide(0x0037, $"{i}")).Embedded(stream, "m").Octets;
        var depth = 0;
        var message = Read(stream);
        while (message.Attachments is [{ Message: { } inner }])
            (message, depth) = (inner, depth + 1);
        Assert.Equal(Tnef.MostDepth - 1, depth);
        Assert.Contains("messages stand too deep in each other", message.Problems);
        Assert.False(message.Attachments[0].Octets.IsEmpty);
    }

    [Fact]
    public void No_octets_make_it_throw_or_swell()
    {
        var random = new Random(81);
        var whole = Sample();
        for (var i = 0; i < 50_000; i++)
        {
            var octets = whole.ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
                octets[random.Next(6, octets.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : random.Next(3) * 255 / 2);
            var message = Read(octets);
            var size = message.Attachments.Sum(file => file.Octets.Length) + (message.Rtf?.Length ?? 0) + (message.Text?.Length ?? 0) + (message.Html?.Length ?? 0);
            Assert.InRange(size, 0, 20 * octets.Length);
        }
        foreach (var octets in Fuzz.Octets(seed: 82, count: 20_000, "\0\u0001\u0002\u001e\u001f\u0003\u0010", maxLength: 200))
        {
            Read([0x78, 0x9f, 0x3e, 0x22, 0, 0, 1, 3, 0x90, 6, 0, (byte)octets.Length, 0, 0, 0, .. octets]);
            Read([0x78, 0x9f, 0x3e, 0x22, 0, 0, .. octets]);
        }
    }

    [ToolFact("tnef")]
    public async Task Another_reader_finds_the_same_files()
    {
        using var folder = new TempDirectory();
        var stream = Path.Combine(folder.Path, "winmail.dat");
        File.WriteAllBytes(stream, Sample());
        var start = new System.Diagnostics.ProcessStartInfo(Tool.PathOf("tnef")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["--number-backups", "-C", folder.Path, "-f", stream])
            start.ArgumentList.Add(word);
        using var tnef = System.Diagnostics.Process.Start(start)!;
        var complaint = await tnef.StandardError.ReadToEndAsync();
        await tnef.WaitForExitAsync();
        Assert.True(tnef.ExitCode == 0, complaint);
        var theirs = Directory.GetFiles(folder.Path).Where(file => file != stream).Select(File.ReadAllBytes).Select(Convert.ToHexString).Order().ToList();
        var ours = Read(Sample()).Attachments.Where(file => file.Message is null).Select(file => Convert.ToHexString(file.Octets.Span)).ToList();
        Assert.All(ours, file => Assert.Contains(file, theirs));
    }

    private static TnefMessage Read(byte[] octets)
    {
        Assert.True(Tnef.TryRead(octets, out var message));
        return message;
    }

    private static byte[] Sample()
    {
        var inner = new TnefWriter().Message(TnefWriter.Wide(0x0037, "inside")).File("deep"u8.ToArray(), "deep.txt").Octets;
        return new TnefWriter()
            .CodePage(1252)
            .Attribute(1, 0x00078008, [.. "IPM.Note\0"u8])
            .Attribute(1, 0x00018004, [.. "Gr\u00fc"u8, 0])
            .Message(
                TnefWriter.Wide(0x0037, "Grüße 漢字"),
                TnefWriter.Named(0x8001, null, 7),
                TnefWriter.Named(0x8002, "Keywords", 8),
                TnefWriter.Many(0x001f, 0x3a58, Encoding.Unicode.GetBytes("one\0"), Encoding.Unicode.GetBytes("three\0")),
                TnefWriter.Many(0x0003, 0x3a59, TnefWriter.UInt32(1), TnefWriter.UInt32(2), TnefWriter.UInt32(3)),
                TnefWriter.Many(0x0102, 0x3a5a, [1, 2, 3], [4]),
                [0x0b, 0, 0x1b, 0x0e, 1, 0, 0, 0],
                [0x40, 0, 0x39, 0, 1, 2, 3, 4, 5, 6, 7, 8],
                TnefWriter.Number(0x3fde, 1251),
                TnefWriter.Narrow(0x1000, [.. "Der Text: "u8, 0xe4, 0xf6, 0xfc, 0x20, 0x80, 13, 10]),
                TnefWriter.Binary(0x1013, [.. "<p>"u8, 0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, .. "</p>"u8]),
                TnefWriter.Binary(0x1009, Convert.FromHexString(Wxyz)))
            .File("first file"u8.ToArray(), "BERICH~1.PDF", TnefWriter.Wide(0x3707, "C:\\docs\\Bericht für 2026.pdf"), TnefWriter.Narrow(0x370e, [.. "application/pdf"u8]))
            .File([0x89, 0x50, 0x4e, 0x47], "IMAGE001.PNG", TnefWriter.Wide(0x370e, "image/png"), TnefWriter.Wide(0x3712, "<image001@01>"))
            .Embedded(inner, "Inner")
            .Octets;
    }
}
