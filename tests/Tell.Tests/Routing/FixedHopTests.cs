using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Tests.Mta;

namespace Tell.Tests.Routing;

/// <summary>Next hops that settings and lanes name.</summary>
public sealed class FixedHopTests
{
    [Theory]
    [InlineData("host.test", "host.test:25")]
    [InlineData("[2001:db8::1]:2525", "[2001:db8::1]:2525")]
    [InlineData("lmtp:store.test", "lmtp:store.test:24")]
    [InlineData("LMTP:Store.TEST:2424", "lmtp:store.test:2424")]
    [InlineData("lmtp:127.0.0.1:24", "lmtp:127.0.0.1:24")]
    [InlineData("lmtp:[::1]:24", "lmtp:[::1]:24")]
    [InlineData("lmtp:/run/Dovecot/lmtp", "lmtp:/run/Dovecot/lmtp")]
    public void A_host_or_an_LMTP_server_is_read_and_written_again(string text, string written)
    {
        Assert.True(FixedHop.TryParse(text, out var hop));
        Assert.Equal(written, hop.ToString());
        Assert.True((hop.Host is null) != (hop.Lmtp is null));
        Assert.True(FixedHop.TryParse(written, out var again));
        Assert.Equal(hop, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("lmtp:")]
    [InlineData("lmtp:run/lmtp")]
    [InlineData("lmtp:host:0")]
    [InlineData("lmtp:host:x")]
    [InlineData("maildir:/var/mail/ada")]
    [InlineData("smtp:host:25")]
    [InlineData("host:25:25")]
    public void What_is_neither_is_none(string text) => Assert.False(FixedHop.TryParse(text, out _));

    [Fact]
    public void A_path_may_be_as_long_as_that_of_a_socket_and_no_longer()
    {
        Assert.True(FixedHop.TryParse("lmtp:/" + new string('x', 106), out _));
        Assert.False(FixedHop.TryParse("lmtp:/" + new string('x', 107), out _));
        // Octets count, and not characters.
        Assert.False(FixedHop.TryParse("lmtp:/" + new string('\u00fc', 54), out _));
    }

    [Theory]
    [InlineData("SMTPMTA_Routes=a.test=lmtp:127.0.0.1,b.test=lmtp:/run/dovecot/lmtp,c.test=host.test", "a.test=lmtp:127.0.0.1:24,b.test=lmtp:/run/dovecot/lmtp,c.test=host.test:25")]
    public void The_setting_holds_both_kinds(string line, string expected)
    {
        var settings = NotesIni.Read($"{line}\n", "notes.ini", "/tmp").Settings!;
        Assert.Equal(expected, string.Join(',', settings.Routes.OrderBy(route => route.Key.Name, StringComparer.Ordinal).Select(route => $"{route.Key}={route.Value}")));
    }

    [Fact]
    public void A_lane_is_a_domain_or_an_LMTP_server_and_nothing_else()
    {
        var context = new World().Node("mta.test").Mta.Context;
        Assert.Equal(("lmtp:/run/Lmtp", true, true), Known("lmtp:/run/Lmtp"));
        Assert.Equal(("lmtp:store.test:24", true, true), Known("lmtp:store.test:24"));
        Assert.Equal(("one.test", false, false), Known("one.test"));
        Assert.Equal(("192.0.2.7:25", true, false), Known("[192.0.2.7]"));
        Assert.Null(NextHop.Of("maildir:/var/mail", context));
        Assert.Null(NextHop.Of("", context));

        (string, bool, bool) Known(string lane) => NextHop.Of(lane, context) is { } hop ? (hop.Key, hop.IsFixed, hop.Lmtp is not null) : default;
    }
}
