using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Statistics;
using Tell.Tests.Mail.Corpus;
using Tell.Tests.Mta;
using Tell.Tests.Tools;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Conversion;

/// <summary>The corpus on its way through an MTA.</summary>
public sealed class CorpusStories
{
    [ToolFact("python3")]
    public async Task Every_message_is_relayed_octet_by_octet()
    {
        var messages = (await CorpusMail.MessagesAsync()).Where(message => MayTravel(message.Octets)).ToList();
        Assert.True(messages.Count > 250, $"only {messages.Count} messages");
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")], MaxMessageSize = 50_000_000 });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            foreach (var (name, octets) in messages)
            {
                var body = Ascii.IsValid(octets) ? BodyType.SevenBit : BodyType.EightBitMime;
                var sent = await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", $"{name}@one.test", octets, body: body);
                Assert.True(sent.Recipients[0].Delivered, $"{name}: {sent.Recipients[0].Reply}");
            }
            await world.Until(() => peer.Mail.Count == messages.Count, "all are there");
            await node.Mta.DisposeAsync();
        });
        var came = peer.Mail.Zip(peer.Octets).ToDictionary(pair => pair.First.Envelope.Recipients.Single().Address.LocalPart, pair => pair.Second);
        foreach (var (name, octets) in messages)
        {
            // RFC 5321 4.4: a relay writes one field before what it got, and nothing else.
            Assert.StartsWith("Received: ", Encoding.Latin1.GetString(came[name]), StringComparison.Ordinal);
            var ours = HeaderBlock.Read(came[name]).Fields[0].Raw.Length;
            Assert.True(came[name].AsSpan(ours).SequenceEqual(octets), $"{name} was changed");
        }
    }

    [ToolFact("python3")]
    public async Task Every_message_becomes_items_whose_files_are_whole()
    {
        var judgments = await CorpusMail.JudgmentsAsync();
        foreach (var (name, octets) in await CorpusMail.MessagesAsync())
        {
            var store = new KeptContents();
            var items = await store.ItemizeAsync(Pieces(octets));
            var files = items.Where(item => item.Kind == ItemKind.Attachment).ToList();
            Assert.All(files, file => Assert.False(file.Text.Contains('/') || file.Text.Contains('\\') || file.Text.Any(char.IsControl) || file.Text.Trim('.').Length == 0, $"{name}: {file.Text}"));
            if (name.StartsWith("attachments-", StringComparison.Ordinal) || name.StartsWith("filename-", StringComparison.Ordinal) || name == "huge-attachment")
            {
                var hashes = files.Select(file => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(store.Read(file.Content!))));
                Assert.Equal(judgments[name].GetProperty("attachments").EnumerateArray().Select(file => file.GetProperty("sha256").GetString()), hashes);
            }
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] octets)
    {
        for (var at = 0; at < octets.Length; at += 64 * 1024)
            yield return octets.AsMemory(at, Math.Min(64 * 1024, octets.Length - at));
    }

    // What RFC 5321 lets travel by DATA: lines of at most 998 octets that end in CR LF, none of them lost on the way. The rest of the corpus are files.
    private static bool MayTravel(byte[] octets)
    {
        if (octets.Length == 0 || !octets.AsSpan().EndsWith("\r\n"u8) || octets.AsSpan().Contains((byte)0))
            return false;
        var text = Encoding.Latin1.GetString(octets);
        var lines = text.Split("\r\n");
        return lines.All(line => line.Length <= 998 && !line.Contains('\r') && !line.Contains('\n')) && HeaderReader.Count(octets, "Received"u8) < 20;
    }
}
