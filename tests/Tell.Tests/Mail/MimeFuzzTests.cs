using System.Globalization;
using System.Runtime.CompilerServices;
using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>
/// No octets make the reader throw, forget an End, or give other tokens when they come in other pieces. TELL_FUZZ_EXECUTIONS says how many messages (20,000
/// where it does not); what once failed is kept in Crashers.
/// </summary>
public sealed class MimeFuzzTests
{
    private static readonly MimeLimits[] Limits =
    [
        MimeLimits.Default, MimeLimits.Default, MimeLimits.Default, new() { Depth = 2, Entities = 4, HeaderOctets = 60, Problems = 2 }, new() { Depth = 1 }, new() { HeaderOctets = 0 }, new() { Entities = 2 },
        new() { Depth = 0, Entities = 0, HeaderOctets = 10, Problems = 0 },
    ];

    private static int Executions =>
        int.TryParse(Environment.GetEnvironmentVariable("TELL_FUZZ_EXECUTIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 20_000;

    public static TheoryData<string> Crashers => [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)!).Order()];

    private static string Folder => Path.Combine(Path.GetDirectoryName(Here())!, "Crashers");

    [Fact]
    public void Nearly_right_messages_are_read_whatever_happened_to_them()
    {
        var fuzz = new MimeFuzz(seed: 61);
        var random = new Random(62);
        for (var i = 0; i < Executions; i++)
            Check(fuzz.Next(), Limits[i % Limits.Length], random, cuts: i % 4 == 0 ? 2 : 1);
    }

    [Theory]
    [MemberData(nameof(Crashers))]
    public void What_once_failed_is_read(string file)
    {
        var octets = File.ReadAllBytes(Path.Combine(Folder, file));
        foreach (var limits in Limits)
            Check(octets, limits, new Random(63), cuts: 50);
    }

    private static string Here([CallerFilePath] string file = "") => file;

    private static void Check(byte[] message, MimeLimits limits, Random random, int cuts)
    {
        try
        {
            var whole = MimeTranscript.Of(message, limits);
            // Beyond the input there is nothing to invent: only uuencode, whose spaces may be lost, gives more than it takes.
            Assert.InRange(whole.Contents.Values.Sum(content => (long)content.Length), 0, message.Length * 48L);
            if (whole.Entities.All(entity => entity.Encoding != TransferEncoding.Uuencode))
                Assert.InRange(whole.Contents.Values.Sum(content => (long)content.Length), 0, message.Length);
            Assert.InRange(whole.Work, 0, message.Length * 6L + 100);
            Assert.InRange(whole.Entities.Count, 1, Math.Max(1, limits.Entities));
            Assert.All(whole.Entities, entity => Assert.InRange(entity.Depth, 0, limits.Depth));
            for (var i = 0; i < cuts; i++)
            {
                var cut = MimeTranscript.Of(MimeTranscript.Pieces(message, random.Next(1, i == 0 ? 8 : message.Length + 1)), limits);
                Assert.Equal(whole.Whole(), cut.Whole());
                Assert.InRange(cut.Work, 0, message.Length * 6L + 100);
            }
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{failure.Message}\n{limits}\n{Convert.ToBase64String(message)}", failure);
        }
    }
}
