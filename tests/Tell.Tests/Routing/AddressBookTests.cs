using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Tests.Mta;

namespace Tell.Tests.Routing;

/// <summary>Who is local, and by which names (facts: lotus 5.2, 5.4, 6.1).</summary>
public sealed class AddressBookTests
{
    private const string Names = """
        [{"form":"Global Domain","name":"Home","primaryDomain":"home.test","aliasDomains":["casa.test","HEIM.test"],"isDefault":true},
         {"form":"Global Domain","name":"Other","primaryDomain":"other.test","spaceReplacement":"-"},
         {"form":"Server","name":"One","hostName":"mta.test","globalDomain":"home","administrators":["grace","far@away.test"]},
         {"form":"Server","name":"Two","hostName":"elsewhere.test","administrators":"ada"},
         {"form":"Person","fullName":["Ada Lovelace","Ada  King"],"shortName":["ada","countess@gmail.test"],"internetAddress":"Ada.L@home.test","alias":["analyst","sums@home.test","*@other.test"]},
         {"form":"Person","fullName":"Grace Hopper","shortName":"grace","password":"admiral","alias":"grace+bugs"},
         {"form":"Person","fullName":"John Smith","shortName":"js1"},
         {"form":"Person","fullName":"John Smith","shortName":"js2"},
         {"form":"Person","fullName":"Jean-Luc O'Neil","shortName":"jl","forwardingAddress":["Grace Hopper","x@away.test","nobody"],"keepForwarded":true},
         {"form":"Group","name":"All Staff","alias":["staff","everybody@home.test"],"members":["ada","Grace Hopper","friend@away.test","Sales","ghost"],"owner":"ada"},
         {"form":"Group","name":"Sales","internetAddress":"sales@home.test","members":["js1","JS1@heim.test"]},
         {"form":"Mail-In Database","name":"Help Desk","internetAddress":"help@home.test","alias":"support","mailFile":"desk"}]
        """;

    public static TheoryData<string, string> Places { get; } = new()
    {
        { "ada@home.test", "mail/ada" },
        { "ADA@HOME.test", "mail/ada" },
        { "ada.l@home.test", "mail/ada" },
        { "aDA.l@casa.TEST", "mail/ada" },
        { "ada.l@heim.test", "mail/ada" },
        { "analyst@also.test", "mail/ada" },
        { "sums@casa.test", "mail/ada" },
        { "sums@also.test", "mail/sums" },
        { "countess@gmail.test", "mail/ada" },
        { "countess+x@gmail.test", "mail/ada" },
        { "other@gmail.test", "elsewhere" },
        { "Ada_Lovelace@home.test", "mail/ada" },
        { "ada.lovelace@casa.test", "mail/ada" },
        { "ada_king@also.test", "mail/ada" },
        { "ada-lovelace@home.test", "mail/ada" },
        { "\"Ada Lovelace\"@home.test", "mail/ada" },
        { "adalovelace@home.test", "unknown" },
        { "ada.lovelace@gmail.test", "elsewhere" },
        { "ada+lists@home.test", "mail/ada" },
        { "ada.l+lists+more@heim.test", "mail/ada" },
        { "grace+bugs@home.test", "mail/grace" },
        { "grace+bugs+1@home.test", "mail/grace" },
        { "+ada@home.test", "unknown" },
        { "john_smith@home.test", "unknown" },
        { "js2@home.test", "mail/js2" },
        { "jean-luc_o'neil@home.test", "mail/jl" },
        { "whoever@other.test", "mail/ada" },
        { "grace@other.test", "mail/grace" },
        { "eve%outside.test@other.test", "unknown" },
        { "\"eve@outside.test\"@other.test", "unknown" },
        { "outside.test!eve@other.test", "unknown" },
        { "help@home.test", "mail/desk" },
        { "Support@also.test", "mail/desk" },
        { "help_desk@casa.test", "mail/desk" },
        { "help.desk+now@casa.test", "mail/desk" },
        { "all_staff@home.test", "group All Staff" },
        { "staff@also.test", "group All Staff" },
        { "everybody@casa.test", "group All Staff" },
        { "sales@heim.test", "group Sales" },
        { "sales@also.test", "group Sales" },
        { "sales@gmail.test", "elsewhere" },
        { "*@other.test", "mail/ada" },
        { "*@home.test", "unknown" },
        { "postmaster@home.test", "group postmaster" },
        { "POSTMASTER@mta.test", "group postmaster" },
        { "abuse@casa.test", "group abuse" },
        { "abuse@other.test", "group abuse" },
        { "abuse@mta.test", "elsewhere" },
        { "postmaster@gmail.test", "elsewhere" },
        { "ada@[192.0.2.10]", "mail/ada" },
        { "all_staff@[192.0.2.10]", "group All Staff" },
        { "nobody@[192.0.2.10]", "unknown" },
        { "ada@[192.0.2.99]", "elsewhere" },
        { "nobody@home.test", "unknown" },
        { "nobody@casa.test", "unknown" },
        { "Ada_Lovelace@sub.home.test", "elsewhere" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void Mail_reaches_everybody_by_every_name(string address, string where) => Told(async node =>
    {
        Assert.Equal(where, Word(await node.Mta.Context.Directory.LocateAsync(Mailbox.Parse(address), CancellationToken.None)));
    });

    [Theory]
    [InlineData("ada", "Ada.L@home.test")]
    [InlineData("Analyst", "Ada.L@home.test")]
    [InlineData("ada  KING", "Ada.L@home.test")]
    [InlineData("Ada Lovelace", "Ada.L@home.test")]
    [InlineData("Grace Hopper", "Grace_Hopper@home.test")]
    [InlineData("grace", "Grace_Hopper@home.test")]
    [InlineData("js2", "js2@home.test")]
    [InlineData("John Smith", null)]
    [InlineData("all staff", "everybody@home.test", "All_Staff@home.test")]
    [InlineData("Help Desk", "help@home.test")]
    [InlineData("Sales", "sales@home.test")]
    [InlineData(" x@away.test ", "x@away.test")]
    [InlineData("nobody", null)]
    [InlineData("", null)]
    [InlineData("*", null)]
    [InlineData("a@b@c", null)]
    public void A_name_has_the_address_that_is_given_or_constructed(string name, string? address, string? constructed = null) => Told(async node =>
    {
        Assert.Equal(constructed ?? address, (await node.Mta.Context.Directory.MailboxOfAsync(name, CancellationToken.None))?.ToString());
    });

    [Theory]
    [InlineData("countess@gmail.test", "Ada Lovelace")]
    [InlineData("ada+x@casa.test", "Ada Lovelace")]
    [InlineData("all_staff@home.test", "All Staff")]
    [InlineData("support@home.test", "Help Desk")]
    [InlineData("whoever@other.test", null)]
    [InlineData("postmaster@home.test", null)]
    [InlineData("x@away.test", null)]
    public void An_address_has_the_full_name_of_whose_it_is(string address, string? name) => Told(async node =>
    {
        Assert.Equal(name, await node.Mta.Context.Directory.NameOfAsync(Mailbox.Parse(address), CancellationToken.None));
    });

    // What is constructed must lead to whom it was made for, and every name of a document must be a name of it.
    [Fact]
    public void Each_constructed_address_leads_back() => Told(async node =>
    {
        var directory = node.Mta.Context.Directory;
        foreach (var name in new[] { "ada", "grace", "js1", "js2", "jl", "all staff", "sales", "help desk" })
        {
            var address = await directory.MailboxOfAsync(name, CancellationToken.None);
            var (place, named) = (Word(await directory.LocateAsync(address!, CancellationToken.None)), await directory.LocateAsync(Mailbox.Parse($"{name.Replace(' ', '_')}@also.test"), CancellationToken.None));
            Assert.Equal(Word(named), place);
        }
    });

    [Theory]
    [InlineData("home.test", true)]
    [InlineData("Casa.test", true)]
    [InlineData("also.test", true)]
    [InlineData("other.test", true)]
    [InlineData("sub.home.test", false)]
    [InlineData("gmail.test", false)]
    [InlineData("mta.test", false)]
    public void The_domains_of_settings_and_Global_Domains_are_local(string domain, bool local) => Told(async node =>
    {
        Assert.Equal(local, await node.Mta.Context.Directory.IsLocalAsync(Domain.Parse(domain), CancellationToken.None));
    });

    [Fact]
    public void A_group_has_its_members_once_and_says_whom_nobody_knows() => Told(async node =>
    {
        var group = (await At(node, "staff@home.test")).Group!;
        Assert.Equal(["Ada.L@home.test", "Grace_Hopper@home.test", "friend@away.test", "sales@home.test"], group.Members.Select(member => member.ToString()));
        Assert.Equal("Ada.L@home.test", group.Owner!.ToString());
        Assert.Equal("ghost", Assert.Single(group.Unresolved));
        Assert.Null((await At(node, "sales@home.test")).Group!.Owner);
    });

    [Fact]
    public void A_person_is_sent_on_to_addresses_of_names() => Told(async node =>
    {
        var user = (await At(node, "jl@home.test")).User!;
        Assert.Equal(["Grace_Hopper@home.test", "x@away.test"], user.Forward.Select(mailbox => mailbox.ToString()));
        Assert.True(user.KeepsCopy);
    });

    [Fact]
    public void Quota_hold_route_and_format_are_those_of_the_document() => Told(async node =>
    {
        await Import(node, """
            [{"form":"Person","shortName":"bob","mailRoute":"lmtp:mail.test:24","onHold":"on","messageStorage":"both","quota":"500M","quotaWarning":"400M"},
             {"form":"Mail-In Database","name":"Archive","mailFile":"mail/archive","onHold":true,"messageStorage":"converted","quota":1000}]
            """);
        var bob = (await At(node, "bob@home.test")).User!;
        Assert.Equal(("lmtp:mail.test:24", true, MailFormat.Both, 500L << 20, 400L << 20), (bob.Route!.Text, bob.OnHold, bob.Format, bob.Quota, bob.QuotaWarning));
        var archive = (await At(node, "archive@home.test")).User!;
        Assert.Equal(("mail/archive", true, MailFormat.Converted, 1000L, null), (archive.MailFile, archive.OnHold, archive.Format, archive.Quota, archive.QuotaWarning));
    });

    [Fact]
    public void A_user_sends_from_all_its_addresses_and_no_others() => Told(async node =>
    {
        var directory = node.Mta.Context.Directory;
        foreach (var own in new[] { "ada@casa.test", "ada.l@heim.test", "sums@home.test", "analyst@home.test", "countess@gmail.test", "Ada_King@home.test", "ada+x@home.test", "any@other.test" })
            Assert.True(await directory.OwnsAsync("ada", Mailbox.Parse(own), CancellationToken.None), own);
        foreach (var other in new[] { "grace@home.test", "staff@home.test", "postmaster@other.test", "abuse@other.test", "postmaster@home.test", "ada@gmail.test", "x@gmail.test", "nobody@home.test", "any%x@other.test" })
            Assert.False(await directory.OwnsAsync("ada", Mailbox.Parse(other), CancellationToken.None), other);
        foreach (var nobody in new[] { "staff", "Help Desk", "any@other.test", "grace+x", "", "@", "*" })
            Assert.False(await directory.OwnsAsync(nobody, Mailbox.Parse("ada@home.test"), CancellationToken.None), nobody);
    });

    [Theory]
    [InlineData("grace")]
    [InlineData("GRACE")]
    [InlineData("grace@casa.test")]
    [InlineData("Grace Hopper")]
    [InlineData("grace_hopper@home.test")]
    public void A_user_logs_in_by_any_of_its_names_and_is_one_user(string name) => Told(async node =>
    {
        Assert.Equal("grace", (await node.Mta.Context.Directory.FindAsync(name, CancellationToken.None))!.User);
        Assert.Null(await node.Mta.Context.Directory.FindAsync("ada", CancellationToken.None));
        Assert.Null(await node.Mta.Context.Directory.FindAsync("grace+tag@home.test", CancellationToken.None));
    });

    [Fact]
    public void Postmaster_and_abuse_always_reach_somebody()
    {
        Told(async node =>
        {
            Assert.Equal("mail/postmaster", Word(await At(node, "postmaster@also.test")));
            Assert.Equal("mail/postmaster", Word(await At(node, "Abuse@also.test")));
            Assert.Equal("mail/postmaster", Word(await At(node, "postmaster@mta.test")));
            // An administrator whom no mail reaches, and one that is postmaster again, are none.
            await Import(node, """[{"form":"Server","name":"s","hostName":"MTA.test","administrators":["postmaster@also.test","lost@also.test"]},{"form":"Person","internetAddress":"ada@also.test"}]""");
            Assert.Equal("mail/postmaster", Word(await At(node, "postmaster@also.test")));
            await Import(node, """{"form":"Server","name":"s","hostName":"mta.test","administrators":["lost@also.test","ada@also.test"]}""");
            Assert.Equal("mail/ada", Word(await At(node, "postmaster@also.test")));
            Assert.Equal("mail/ada", Word(await At(node, "abuse@also.test")));
            await Import(node, """{"form":"Group","name":"Abuse"}""");
            Assert.Equal("mail/ada", Word(await At(node, "abuse@also.test")));
            await Import(node, """[{"form":"Group","name":"Abuse","members":"x@away.test"},{"form":"Mail-In Database","name":"Mistakes","alias":"postmaster","mailFile":"mistakes"}]""");
            Assert.Equal("group Abuse", Word(await At(node, "abuse@also.test")));
            Assert.Equal("mail/mistakes", Word(await At(node, "postmaster@mta.test")));
        }, "[]");
    }

    [Fact]
    public void Without_a_Global_Domain_names_are_made_in_a_local_domain_and_without_one_not_at_all()
    {
        const string people = """[{"form":"Person","fullName":"Grace Hopper","shortName":"grace"},{"form":"Group","name":"All Staff","members":["grace"]}]""";
        Told(async node =>
        {
            Assert.Equal("grace@also.test", (await node.Mta.Context.Directory.MailboxOfAsync("Grace Hopper", CancellationToken.None))!.ToString());
            Assert.Equal("All_Staff@also.test", (await node.Mta.Context.Directory.MailboxOfAsync("all staff", CancellationToken.None))!.ToString());
        }, people);
        Told(async node => Assert.Null(await node.Mta.Context.Directory.MailboxOfAsync("Grace Hopper", CancellationToken.None)), people, settings => settings with { LocalDomains = [] });
    }

    [Fact]
    public void A_changed_setting_counts_at_once() => Told(async node =>
    {
        Assert.Equal("elsewhere", Word(await At(node, "ada@new.test")));
        node.Source.Settings = node.Source.Settings with { LocalDomains = [Domain.Parse("new.test")], SubaddressSeparator = "" };
        await node.Operations.RefreshAsync(CancellationToken.None);
        Assert.Equal("mail/ada", Word(await At(node, "ada@new.test")));
        Assert.Equal("unknown", Word(await At(node, "ada+x@home.test")));
        Assert.Equal("mail/ada", Word(await At(node, "ada@home.test")));
        Assert.Equal("elsewhere", Word(await At(node, "ada@also.test")));
    });

    [Fact]
    public void Who_is_taken_in_a_domain_without_people_is_as_the_setting_says()
    {
        Told(async node =>
        {
            Assert.Equal("mail/bob", Word(await At(node, "Bob@also.test")));
            Assert.Equal("mail/bob", Word(await At(node, "bob+tag@also.test")));
            await Import(node, """{"form":"Group","name":"g","internetAddress":"g@also.test"}""");
            Assert.Equal("mail/bob", Word(await At(node, "bob@also.test")));
            await Import(node, """{"form":"Person","shortName":"ada","alias":"a@also.test"}""");
            Assert.Equal("unknown", Word(await At(node, "bob@also.test")));
        }, "[]");
        Told(async node =>
        {
            Assert.Equal("unknown", Word(await At(node, "bob@also.test")));
            await Import(node, """{"form":"Person","shortName":"ada","alias":"*@also.test"}""");
            Assert.Equal("mail/ada", Word(await At(node, "bob@also.test")));
        }, "[]", settings => settings with { LocalRecipients = LocalRecipients.Listed });
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b")]
    [InlineData("a%2fb")]
    [InlineData("eve@outside.test")]
    [InlineData("host!eve")]
    [InlineData(".ada")]
    [InlineData("\u202eada")]
    [InlineData("\u202eAda\u202c Lovelace")]
    [InlineData("\ud83d\ude00")]
    [InlineData("a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+r+s+t+u+v+w+x+y+z")]
    [InlineData("++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++")]
    [InlineData("____")]
    [InlineData(". . .")]
    [InlineData("CON")]
    [InlineData("*")]
    [InlineData("'; DROP TABLE documents; --")]
    public void No_name_of_a_stranger_is_more_than_a_name(string name)
    {
        Assert.True(Mailbox.TryCreate(name, Domain.Parse("home.test"), out var listed) & Mailbox.TryCreate(name, Domain.Parse("also.test"), out var any));
        Told(async node => Assert.Equal("unknown", Word(await At(node, listed.ToString()))));
        Told(async node =>
        {
            var where = await At(node, any.ToString());
            if (where.User is not { } user)
                return;
            // What it may name is one part of a database's name, and the engine takes it.
            Assert.Equal(2, user.MailFile.Split('/').Length);
            Assert.StartsWith("mail/", user.MailFile);
            await node.Mta.Context.Data.OpenAsync(user.MailFile, CancellationToken.None);
        }, "[]");
    }

    [Fact]
    public void Names_of_any_length_are_answered_at_once() => Told(async node =>
    {
        foreach (var name in new[] { new string('a', 252), new string('+', 240), string.Concat(Enumerable.Repeat("a+", 120)), new string('_', 240), string.Concat(Enumerable.Repeat("\u023a", 60)) })
        {
            if (Mailbox.TryCreate(name, Domain.Parse("home.test"), out var mailbox))
                Assert.Equal("unknown", Word(await At(node, mailbox.ToString())));
            Assert.Null(await node.Mta.Context.Directory.MailboxOfAsync(name, CancellationToken.None));
        }
        Assert.Null(await node.Mta.Context.Directory.MailboxOfAsync(new string(' ', 100_000) + new string('_', 100_000), CancellationToken.None));
        Assert.Null(await node.Mta.Context.Directory.MailboxOfAsync("a\0b\r\n", CancellationToken.None));
    });

    [Fact]
    public void A_server_whose_Global_Domain_is_missing_says_so_and_goes_on() => Told(async node =>
    {
        var names = await node.Mta.Context.Data.OpenAsync("names", CancellationToken.None);
        await names.PutAsync([new Document { Id = names.NewId(), Form = Forms.Server, Items = [Item.OfText("name", "s"), Item.OfText("hostName", "mta.test"), Item.OfText("globalDomain", "lost")] }], CancellationToken.None);
        await Import(node, """{"form":"Person","shortName":"ada"}""");
        Assert.Equal("mail/ada", Word(await At(node, "ada@also.test")));
        Assert.Contains("Unable to get Global domain in the Name and Address book: the Server document names \"lost\"", Assert.Single(node.Warnings.Lines));
        await Import(node, """{"form":"Person","shortName":"bob"}""");
        Assert.Equal("mail/bob", Word(await At(node, "bob@also.test")));
        Assert.Single(node.Warnings.Lines);
    }, "[]");

    private static ValueTask<Locality> At(Node node, string address) => node.Mta.Context.Directory.LocateAsync(Mailbox.Parse(address), CancellationToken.None);

    private static string Word(Locality where) => where.Kind switch
    {
        LocalityKind.Local => where.User!.MailFile,
        LocalityKind.Group => $"group {where.Group!.Name}",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    private static async Task Import(Node node, string json) => Assert.Empty((await node.Operations.Names.ImportAsync(json, CancellationToken.None)).Problems);

    private static void Told(Func<Node, Task> story, string json = Names, Func<MtaSettings, MtaSettings>? change = null)
    {
        var world = new World();
        var node = world.Node("mta.test", settings => (change ?? (same => same))(settings with { LocalDomains = [Domain.Parse("also.test")] }));
        world.Run(async () =>
        {
            await node.LoadAsync();
            await Import(node, json);
            await story(node);
            await node.Mta.DisposeAsync();
        });
    }
}
