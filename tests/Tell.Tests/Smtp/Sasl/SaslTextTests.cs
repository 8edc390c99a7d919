using Tell.Smtp.Sasl;

namespace Tell.Tests.Smtp.Sasl;

public class SaslTextTests
{
    // RFC 4013 3, where the result does not depend on normalisation.
    [Theory]
    [InlineData("I\u00adX", "IX")]
    [InlineData("user", "user")]
    [InlineData("USER", "USER")]
    [InlineData("a b", "a b")]
    [InlineData("a\u00a0b\u3000c\u200bd", "a b c d")]
    [InlineData("\u00e9\U0001F511\u200d", "\u00e9\U0001F511")]
    public void A_text_is_prepared(string text, string prepared) => Assert.Equal(prepared, SaslText.Prepare(text));

    [Theory]
    [InlineData("\u0007")]
    [InlineData("a\0")]
    [InlineData("a\r\n")]
    [InlineData("a\x7f")]
    [InlineData("é\x7f")]
    [InlineData("é\u0085")]
    [InlineData("\ue000")]
    [InlineData("\u2028")]
    [InlineData("\u202e")]
    [InlineData("\ufffd")]
    public void Control_characters_are_refused(string text) => Assert.Null(SaslText.Prepare(text));

    [Fact]
    public void Half_a_surrogate_pair_is_refused() => Assert.Null(SaslText.Prepare("a" + (char)0xd800));

    [Fact]
    public void A_credential_keeps_its_form()
    {
        // The keys of RFC 7677 3.
        const string stored = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
        var credential = ScramCredential.Of("user", "pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
        Assert.Equal(stored, credential.ToStored());
        Assert.Equal(stored, ScramCredential.Parse("user", stored)!.ToStored());
    }

    [Theory]
    [InlineData("")]
    [InlineData("pencil")]
    [InlineData("SCRAM-SHA-256$0:YWFh$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")]
    [InlineData("SCRAM-SHA-256$250001:YWFh$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")]
    [InlineData("SCRAM-SHA-256$4096:YWFh$WG5d:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")]
    [InlineData("SCRAM-SHA-256$4096:YW!h$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")]
    [InlineData("SCRAM-SHA-1$4096:YWFh$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")]
    public void What_is_no_credential_or_costs_too_much_is_none(string stored) => Assert.Null(ScramCredential.Parse("user", stored));

    [Fact]
    public void No_credential_is_made_of_what_cannot_be_a_password()
    {
        Assert.Throws<ArgumentException>(() => ScramCredential.Of("user", "", new byte[16], 4096));
        Assert.Throws<ArgumentException>(() => ScramCredential.Of("user", "a\tb", new byte[16], 4096));
        Assert.Throws<ArgumentOutOfRangeException>(() => ScramCredential.Of("user", "a", new byte[16], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ScramCredential.Of("user", "a", new byte[16], 250_001));
    }
}
