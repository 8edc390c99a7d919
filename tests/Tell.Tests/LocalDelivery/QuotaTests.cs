using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Statistics;

namespace Tell.Tests.LocalDelivery;

/// <summary>Mail files that are full (facts: sun-cisco A10).</summary>
public sealed class QuotaTests
{
    private static string Message(int octets, string subject = "Big") => $"Subject: {subject}\r\n\r\n{string.Concat(Enumerable.Repeat("0123456789abcde\r\n", octets / 17))}";

    [Fact]
    public void Mail_for_a_full_mail_file_waits_and_is_filed_when_there_is_room_and_the_others_have_theirs_at_once()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", quota: 50_000);
            await town.PersonAsync("bob");
            await town.SendAsync("ada@home.test", Message(40_000));
            await town.SettledAsync();
            await town.SendAsync("ada@home.test, bob@home.test", Message(20_000, "Second"));
            await town.World.Until(() => town.Node.MailFile("bob").Count == 1, "bob has his", TimeSpan.FromMinutes(1));
            var waiting = Assert.Single(town.Node.In(WorkQueue.MailBox));
            Assert.Equal(DocumentState.Failure, waiting.State);
            Assert.StartsWith("over quota: ada has 4", waiting.Reason);
            Assert.Equal(new EnhancedStatus(4, 2, 2), Assert.Single(waiting.Envelope!.Recipients).LastStatus);
            Assert.Contains(town.Node.Get(waiting.Id)!.Attempts, attempt => attempt.Text.StartsWith("over quota"));
            Assert.True(town.Node.Stat(Stat.OverQuota) >= 1);
            var status = Assert.Single(await town.Node.Operations.Quotas.ShowAsync("ada", CancellationToken.None));
            Assert.Equal(50_000, status.Quota);
            Assert.InRange(status.Percent!.Value, 80, 99);
            Assert.NotNull(status.OverSince);

            var file = await town.Node.OpenAsync("mail/ada");
            await file.DeleteAsync(town.Node.MailFile("ada").First(memo => memo[ItemNames.Subject]?.Text == "Big").Id, CancellationToken.None);
            await town.SettledAsync(TimeSpan.FromHours(5));
            Assert.Contains(town.Node.MailFile("ada"), memo => memo[ItemNames.Subject]?.Text == "Second");
            Assert.Null(Assert.Single(await town.Node.Operations.Quotas.ShowAsync("ada", CancellationToken.None)).OverSince);
            Assert.Empty(town.Reports);
        });
    }

    [Fact]
    public void The_clock_is_that_of_the_mail_file_and_not_of_the_message()
    {
        var town = new Town(settings => settings with { QuotaGracePeriod = TimeSpan.FromDays(3), ExpireAfter = TimeSpan.FromDays(5) });
        town.Run(async () =>
        {
            await town.PersonAsync("ada", quota: 50_000);
            await town.SendAsync("ada@home.test", Message(45_000));
            await town.SettledAsync();
            await town.SendAsync("ada@home.test", Message(20_000, "First"));
            await town.World.Pass(TimeSpan.FromDays(2.5));
            await town.SendAsync("ada@home.test", Message(20_000, "Later"));
            await town.World.Pass(TimeSpan.FromHours(1));
            Assert.Empty(town.Reports);
            Assert.Equal(2, town.Node.In(WorkQueue.MailBox).Count);
            // Half a day later the mail file has been full for three days: both go back, the later one long before it is three days old.
            await town.World.Pass(TimeSpan.FromHours(20));
            Assert.Equal(2, town.Reports.Count());
            Assert.All(town.Reports, report => Assert.Contains("Status: 5.2.2\r\n", report));
            Assert.All(town.Reports, report => Assert.Contains("The mailbox is full, and has been for so long", report));
            // From now on mail goes back at once.
            await town.SendAsync("ada@home.test", Message(20_000, "Too late"));
            await town.SettledAsync(TimeSpan.FromMinutes(10));
            Assert.Equal(3, town.Reports.Count());
        });
    }

    [Fact]
    public void Without_a_grace_period_mail_for_a_full_mail_file_goes_back_at_once()
    {
        var town = new Town(settings => settings with { QuotaGracePeriod = TimeSpan.Zero, DefaultQuota = 10_000 });
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            await town.SendAsync("ada@home.test", Message(20_000));
            await town.SettledAsync(TimeSpan.FromMinutes(10));
            Assert.Contains("Status: 5.2.2\r\n", Assert.Single(town.Reports));
        });
    }

    [Fact]
    public void Waiting_for_room_ends_with_the_age_of_all_mail()
    {
        var town = new Town(settings => settings with { ExpireAfter = TimeSpan.FromDays(2) });
        town.Run(async () =>
        {
            await town.PersonAsync("ada", quota: 10_000);
            await town.PersonAsync("bob");
            await town.SendAsync("ada@home.test, bob@home.test", Message(20_000));
            await town.World.Pass(TimeSpan.FromHours(47));
            Assert.Empty(town.Reports);
            await town.World.Pass(TimeSpan.FromHours(2));
            Assert.Contains("Delivery time expired; last: Mailbox full", Assert.Single(town.Reports));
            Assert.Equal(1, town.Node.Stat(Stat.Expired));
        });
    }

    [Fact]
    public void The_clock_begins_anew_when_there_was_room_in_between()
    {
        var town = new Town(settings => settings with { QuotaGracePeriod = TimeSpan.FromDays(2), ExpireAfter = TimeSpan.FromHours(20) });
        town.Run(async () =>
        {
            await town.PersonAsync("ada", quota: 50_000, warning: 1_000_000);
            // Too big for any time: it is refused, and yet the mail file is not full for others.
            await town.SendAsync("ada@home.test", Message(60_000));
            await town.World.Pass(TimeSpan.FromDays(3));
            Assert.Single(town.Reports);
            await town.SendAsync("ada@home.test", Message(40_000));
            await town.World.Until(() => town.Node.MailFile("ada").Any(memo => memo[ItemNames.Subject]?.Text == "Big"), "it is filed");
            await town.SendAsync("ada@home.test", Message(20_000, "Second"));
            await town.World.Pass(TimeSpan.FromMinutes(10));
            Assert.Single(town.Reports);
            Assert.Equal(town.World.Time.GetUtcNow(), Assert.Single(await town.Node.Operations.Quotas.ShowAsync("ada", CancellationToken.None)).OverSince!.Value, TimeSpan.FromMinutes(11));
        });
    }

    [Fact]
    public void The_user_is_warned_once_in_a_while_and_not_with_each_message()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", quota: 100_000);
            IEnumerable<Document> Warnings() => town.Node.MailFile("ada").Where(memo => memo[ItemNames.Subject]?.Text == "Your mail file is nearly full");
            await town.SendAsync("ada@home.test", Message(85_000));
            await town.SettledAsync();
            Assert.Empty(Warnings());
            await town.SendAsync("ada@home.test", Message(5_000));
            await town.SendAsync("ada@home.test", Message(500));
            await town.SettledAsync();
            Assert.Contains("of the 100,000", Assert.Single(Warnings())[ItemNames.Body]!.Text);
            await town.World.Pass(TimeSpan.FromDays(6));
            await town.SendAsync("ada@home.test", Message(500));
            await town.SettledAsync();
            Assert.Single(Warnings());
            await town.World.Pass(TimeSpan.FromDays(2));
            await town.SendAsync("ada@home.test", Message(500));
            await town.SettledAsync();
            Assert.Equal(2, Warnings().Count());
        });
    }

    [Fact]
    public void A_Person_without_a_quota_of_its_own_has_that_of_the_settings_and_zero_is_none()
    {
        var town = new Town(settings => settings with { DefaultQuota = 10_000 });
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            await town.PersonAsync("bob", quota: 0);
            await town.SendAsync("ada@home.test, bob@home.test", Message(20_000));
            await town.World.Until(() => town.Node.MailFile("bob").Count == 1, "bob has his");
            Assert.DoesNotContain(town.Node.MailFile("ada"), memo => memo[ItemNames.Subject]?.Text == "Big");
            Assert.Equal([10_000, null], (await town.Node.Operations.Quotas.ShowAsync(null, CancellationToken.None)).Select(status => status.Quota));
        });
    }

    [Fact]
    public void The_warning_that_a_full_mail_file_gets_is_no_sign_that_there_was_room()
    {
        var town = new Town(settings => settings with { QuotaGracePeriod = TimeSpan.FromDays(3), ExpireAfter = TimeSpan.FromDays(10), QuotaWarningInterval = TimeSpan.FromHours(1) });
        town.Run(async () =>
        {
            await town.PersonAsync("ada", quota: 50_000);
            await town.SendAsync("ada@home.test", Message(45_000));
            await town.SettledAsync();
            // Each is smaller than the one before, and finds one more warning there.
            for (var size = 20_000; size >= 10_000; size -= 1_000)
            {
                await town.SendAsync("ada@home.test", Message(size, $"Size {size}"));
                await town.World.Pass(TimeSpan.FromHours(6));
            }
            Assert.True(town.Node.MailFile("ada").Count > 3, "there are warnings");
            await town.World.Pass(TimeSpan.FromHours(24));
            Assert.Equal(11, town.Reports.Count());
        });
    }

    [Fact]
    public void A_quota_that_is_taken_away_takes_its_clock_with_it()
    {
        var town = new Town(settings => settings with { QuotaGracePeriod = TimeSpan.FromDays(3) });
        town.Run(async () =>
        {
            await town.PersonAsync("ada", quota: 10_000);
            await town.SendAsync("ada@home.test", Message(20_000));
            await town.World.Pass(TimeSpan.FromHours(1));
            Assert.Single(town.Node.In(WorkQueue.MailBox));
            await town.PersonAsync("ada", quota: 0);
            await town.SettledAsync(TimeSpan.FromHours(5));
            await town.World.Pass(TimeSpan.FromDays(7));
            await town.PersonAsync("ada", quota: 10_000);
            await town.SendAsync("ada@home.test", Message(20_000));
            await town.World.Pass(TimeSpan.FromDays(2));
            Assert.Empty(town.Reports);
            await town.World.Pass(TimeSpan.FromDays(1.5));
            Assert.Contains("Status: 5.2.2\r\n", Assert.Single(town.Reports));
        });
    }

    [Fact]
    public void Filing_again_after_a_crash_warns_no_second_time_and_takes_no_more_room()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", quota: 100_000, warning: 50_000);
            var (filed, unsettled) = (0, 0);
            Deafen();
            await town.SendAsync("ada@home.test", Message(90_000));
            for (var i = 0; i < 3; i++)
            {
                await town.World.Until(() => unsettled > 0, "it is filed");
                await town.Node.CrashAsync();
                Deafen();
                await town.Node.LoadAsync();
            }
            town.Node.Stores.Mend();
            await town.SettledAsync();
            Assert.Equal(["Big", "Your mail file is nearly full"], town.Node.MailFile("ada").Select(memo => memo[ItemNames.Subject]!.Text).Order());
            Assert.Null(Assert.Single(await town.Node.Operations.Quotas.ShowAsync("ada", CancellationToken.None)).OverSince);

            // Killed between filing and settling: the store takes no settlement until it is dead.
            void Deafen()
            {
                unsettled = 0;
                town.Node.Stores.Filed = _ => filed++;
                town.Node.Stores.Before = verb => filed > 0 && verb == "settle" && ++unsettled > 0 ? new StoreException(StoreFault.InUse, "Not now.") : null;
            }
        });
    }
}
