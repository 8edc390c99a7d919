using System.Collections.Immutable;
using System.Net;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Mta.Routing;
using Tell.Smtp.Client;
using Tell.Tests.Mail;

namespace Tell.Tests.Mta;

/// <summary>Mail that is not 7bit on its way to hosts that offer 8BITMIME and hosts that do not (RFC 6152 3), through a whole MTA.</summary>
public sealed class SevenBitStoryTests
{
    private const string EightBit = """
        Subject: menu
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b
        Content-Transfer-Encoding: 8bit

        --b
        Content-Type: text/plain; charset=iso-8859-1
        Content-Transfer-Encoding: 8bit

        .caf? ? la carte
        --b
        Content-Type: application/octet-stream; name=menu.bin

        ????????????????????
        --b--

        """;

    private const string Signed = """
        Subject: menu
        MIME-Version: 1.0
        Content-Type: multipart/signed; boundary=b; protocol="application/pkcs7-signature"; micalg=sha-256

        --b
        Content-Type: text/plain; charset=iso-8859-1
        Content-Transfer-Encoding: 8bit

        caf?
        --b
        Content-Type: application/pkcs7-signature

        AAAA
        --b--

        """;

    [Fact]
    public void A_host_that_does_not_take_eight_bits_gets_seven_that_read_the_same() => Tell([], on: true, async (world, node, peer) =>
    {
        var message = Of(EightBit);
        Assert.True((await RelayAsync(world, node, message)).Recipients[0].Delivered);
        await world.Until(() => peer.Octets.Count == 1, "it came");
        Assert.True(Ascii.IsValid(peer.Octets[0]), Encoding.Latin1.GetString(peer.Octets[0]));
        Assert.All(peer.Senders, sender => Assert.DoesNotContain("BODY", sender, StringComparison.OrdinalIgnoreCase));
        var (was, got) = (MimeTranscript.Of(message), MimeTranscript.Of(peer.Octets[0]));
        Assert.Equal(was.Entities.Select(entity => $"{entity.Section} {entity.ContentType} {entity.FileName}"), got.Entities.Select(entity => $"{entity.Section} {entity.ContentType} {entity.FileName}"));
        foreach (var section in was.Entities.Where(entity => !entity.IsMultipart).Select(entity => entity.Section))
            Assert.Equal(was.Text(section), got.Text(section));
        Assert.Equal(".caf\u00e9 \u00e9 la carte", got.Text("1"));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_host_that_takes_eight_bits_gets_the_octets_that_came(bool on) => Tell(["PIPELINING", "8BITMIME"], on, async (world, node, peer) =>
    {
        await RelayAsync(world, node, Of(EightBit));
        await RelayAsync(world, node, Of(Signed));
        await world.Until(() => peer.Octets.Count == 2, "both came");
        Assert.EndsWith(Encoding.Latin1.GetString(Of(EightBit)), Encoding.Latin1.GetString(peer.Octets[0]), StringComparison.Ordinal);
        Assert.EndsWith(Encoding.Latin1.GetString(Of(Signed)), Encoding.Latin1.GetString(peer.Octets[1]), StringComparison.Ordinal);
        Assert.All(peer.Senders, sender => Assert.Contains(" BODY=8BITMIME", sender, StringComparison.Ordinal));
    });

    [Theory]
    [InlineData(Signed, true, "the message cannot be converted: it is signed or encrypted")]
    [InlineData(Signed, false, "conversion is not available")]
    [InlineData(EightBit, false, "conversion is not available")]
    public void What_cannot_be_converted_is_given_up_at_once_with_the_words_why(string message, bool on, string words) => Tell([], on, async (world, node, peer) =>
    {
        await RelayAsync(world, node, Of(message));
        await world.Until(() => node.View(new QueueView { State = DocumentState.Dead }).Count == 1, "it is dead");
        var dead = node.View(new QueueView { State = DocumentState.Dead })[0];
        Assert.Contains(words, dead.Reason, StringComparison.Ordinal);
        Assert.Equal((5, 6, 3), Assert.Single(dead.Envelope!.Recipients) is { LastStatus: var status } ? (status.Class, status.Subject, status.Detail) : default);
        Assert.Equal(1, dead.AttemptCount);
        // Nothing of it was said on the wire, and what is 7bit still goes there.
        Assert.Empty(peer.Senders);
        await RelayAsync(world, node, Of("Subject: x\n\nplain\n"));
        await world.Until(() => peer.Octets.Count == 1, "the plain one came");
    });

    [Fact]
    public void A_Memo_in_any_script_needs_no_host_that_takes_eight_bits() => Tell([], on: false, async (world, node, peer) =>
    {
        await node.SendAsync("ada@home.test", "grace@one.test", "caf\u00e9", body: "\u6f22\u5b57\n");
        await world.Until(() => peer.Octets.Count == 1, "it came");
        Assert.True(Ascii.IsValid(peer.Octets[0]));
        Assert.Equal("\u6f22\u5b57", Encoding.UTF8.GetString(MimeTranscript.Of(peer.Octets[0]).Contents.Values.Single()).TrimEnd());
    });

    private static void Tell(string[] offers, bool on, Func<World, Node, RawPeer, Task> story)
    {
        var world = new World();
        var peer = new RawPeer(world, "192.0.2.99") { Offers = offers };
        var node = world.Node("mta.test", settings => settings with
        {
            Convert8Bit = on,
            RelayFailures = RelayFailures.Dead,
            RelayClients = [IPNetwork.Parse("192.0.2.0/24")],
            Routes = settings.Routes.Add(Domain.Parse("one.test"), FixedHop.FromHostPort(peer.Host)),
        });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await story(world, node, peer);
            await node.Mta.DisposeAsync();
        });
    }

    private static Task<Transmission> RelayAsync(World world, Node node, byte[] message) =>
        SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", "grace@one.test", message, body: BodyType.EightBitMime);

    // "?" stands for e acute of ISO 8859-1.
    private static byte[] Of(string text) => Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n").Replace('?', '\u00e9'));
}
