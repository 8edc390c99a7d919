using Tell.Smtp.Server;

namespace Tell.Tests.Smtp.Server;

/// <summary>What the receiver is asked about: the mailbox that RFC 5321 makes of a path, since relaying is decided by its domain.</summary>
public class AddressTests
{
    [Theory]
    // 4.1.1.3, appendix C: the hosts of a source route are thrown away, and the mailbox behind it is the one that is meant.
    [InlineData("@mx.example:victim@elsewhere.example", "victim", "elsewhere.example")]
    [InlineData("@mx.example,@relay.example:victim@elsewhere.example", "victim", "elsewhere.example")]
    // The local part belongs to the host of the domain (2.3.11): nobody else reads a route out of it.
    [InlineData("victim%elsewhere.example@mx.example", "victim%elsewhere.example", "mx.example")]
    [InlineData("elsewhere.example!victim@mx.example", "elsewhere.example!victim", "mx.example")]
    [InlineData("\"victim@elsewhere.example\"@mx.example", "victim@elsewhere.example", "mx.example")]
    [InlineData("\"@mx.example:victim@elsewhere.example\"@mx.example", "@mx.example:victim@elsewhere.example", "mx.example")]
    [InlineData("\"a>b\"@mx.example", "a>b", "mx.example")]
    [InlineData("\"victim@elsewhere.example>\"@mx.example", "victim@elsewhere.example>", "mx.example")]
    [InlineData("\"a\\\"@elsewhere.example\"@mx.example", "a\"@elsewhere.example", "mx.example")]
    [InlineData("victim@[127.0.0.1]", "victim", "[127.0.0.1]")]
    [InlineData("victim@[IPv6:::1]", "victim", "[IPv6:::1]")]
    [InlineData("@[127.0.0.1]:victim@elsewhere.example", "victim", "elsewhere.example")]
    public void The_receiver_is_told_the_true_mailbox(string path, string localPart, string domain)
    {
        var dialogue = new Dialogue();
        dialogue.Send($"EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<{path}>\r\nBDAT 0 LAST\r\n");
        var address = Assert.Single(Assert.Single(dialogue.Catcher.Mails).Envelope.Recipients).Address;
        Assert.Equal((localPart, domain), (address.LocalPart, address.Domain.Name));
    }

    [Theory]
    [InlineData("victim@elsewhere.example@mx.example")]
    [InlineData("victim@elsewhere.example,other@mx.example")]
    [InlineData("victim@elsewhere.example> <other@mx.example")]
    [InlineData("@mx.example:@elsewhere.example")]
    [InlineData("mx.example:victim@elsewhere.example")]
    [InlineData("\"victim\"@elsewhere.example@mx.example")]
    [InlineData("\"victim@elsewhere.example@mx.example")]
    [InlineData("victim@[127.0.0.1")]
    [InlineData("victim@127.0.0.1]")]
    [InlineData("victim@[elsewhere.example]")]
    [InlineData("victim@elsewhere_.example,")]
    public void What_could_be_read_in_two_ways_is_no_mailbox(string path)
    {
        var dialogue = new Dialogue();
        dialogue.Send("EHLO client.example\r\nMAIL FROM:<>\r\n");
        dialogue.Hear();
        Assert.Equal("501 503", dialogue.Codes($"RCPT TO:<{path}>\r\nBDAT 0 LAST\r\n"));
        Assert.Equal(0, dialogue.Catcher.Opened);
    }

    [Fact]
    public void The_original_recipient_decides_nothing()
    {
        var dialogue = new Dialogue();
        dialogue.Send("EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<unknown@mx.example> ORCPT=rfc822;b@mx.example\r\n");
        Assert.Equal(SessionEnd.Vanished, Close(dialogue));
        Assert.Equal((0, 1), (dialogue.Summary.Recipients, dialogue.Summary.RecipientsRefused));
    }

    private static SessionEnd Close(Dialogue dialogue)
    {
        dialogue.Close();
        return dialogue.End;
    }
}
