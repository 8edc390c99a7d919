using Tell.Documents;
using Tell.Mail;
using Tell.Tests.Mta;

namespace Tell.Tests.Outbound;

/// <summary>What is said of a domain holds wherever its mail goes next.</summary>
public sealed class DomainPolicyTests
{
    [Fact]
    public void Behind_a_relay_host_each_domain_keeps_its_own_bounce_profile()
    {
        var world = new World();
        var relay = world.Peer();
        relay.OnRecipient = _ => Tell.Smtp.Reply.Of(450, "4.2.1", "Come back");
        var node = world.Node("mta.test", settings => settings with { RelayHost = relay.Host, DelayWarningAfter = [] });
        world.Run(async () =>
        {
            await relay.UpAsync();
            await node.LoadAsync();
            Assert.Empty(await node.Operations.Profiles.NewAsync("patient", [new("retry_intervals", "PT1H"), new("expire_after", "P10D")], CancellationToken.None));
            Assert.Empty(await node.Operations.Controls.NewAsync("slow.test", [new("bounce_profile", "patient")], CancellationToken.None));
            var sent = world.Time.GetUtcNow();
            await node.SendAsync("ada@elsewhere.test", "a@slow.test");
            await node.SendAsync("ada@elsewhere.test", "b@other.test");
            await world.Until(() => node.In(WorkQueue.Outbound) is [{ AttemptCount: 1 }, { AttemptCount: 1 }], "both were tried");
            foreach (var child in node.In(WorkQueue.Outbound))
                Assert.Equal(child.Destination == "slow.test" ? 60 : 5, (int)Math.Round((child.Due!.Value - sent).TotalMinutes));
            await world.Pass(TimeSpan.FromDays(6));
            Assert.Equal("slow.test", Assert.Single(node.In(WorkQueue.Outbound), document => document.Form == Forms.Message).Destination);
            await node.Mta.DisposeAsync();
        });
    }
}
