using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Controller;
using Tell.Mta.Operations;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Mta;

/// <summary>What seed 002 and the sidebar on Tell commands (facts lotus 2, 3.1, 11) say about the Add-In Controller.</summary>
public sealed class AddInControllerTests
{
    private static readonly string[] AllTasks = ["SMTPMTA", "SMTPMTA isesctl", "SMTPMTA pickup", "SMTPMTA imsgcnv", "ROUTER", "SMTPMTA omsgcnv", "SMTPMTA osesctl", "SMTPMTA drt", "SMTPMTA tlsrpt"];

    // "When you load the SMTP MTA, the Add-In Controller starts. The controller appears on the server console as SMTPMTA. [...] the
    // controller starts the remaining MTA tasks."
    [Fact]
    public void Loading_starts_every_task_under_its_console_name()
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            Assert.Empty(node.Operations.ShowTasks());
            await node.LoadAsync();
            Assert.Equal(AllTasks, node.Operations.ShowTasks().Select(line => line.Task));
            Assert.DoesNotContain(node.Operations.ShowTasks(), line => line.Description == "Stopped");
            await node.Mta.DisposeAsync();
        });
    }

    // Facts lotus 11, check 10: STOP leaves the controller up and able to take START; after QUIT only LOAD SMTPMTA works.
    [Fact]
    public void Stop_leaves_the_controller_and_quit_leaves_nothing()
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            await node.LoadAsync();
            await node.Operations.StopAsync(TaskSelection.All, CancellationToken.None);
            Assert.Equal("Idle", node.Operations.ShowTasks()[0].Description);
            Assert.All(node.Operations.ShowTasks().Skip(1), line => Assert.Equal("Stopped", line.Description));
            await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => SmtpTalk.SendAsync(world, node, "a@b.test", "c@d.test", "\r\n"));

            await node.Operations.StartAsync(TaskSelection.All, CancellationToken.None);
            Assert.DoesNotContain(node.Operations.ShowTasks(), line => line.Description == "Stopped");

            await node.Operations.QuitAsync(CancellationToken.None);
            Assert.Empty(node.Operations.ShowTasks());
            var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => node.Operations.StartAsync(TaskSelection.All, CancellationToken.None));
            Assert.Contains("LOAD SMTPMTA", refusal.Message);
            await node.LoadAsync();
            Assert.Equal(AllTasks, node.Operations.ShowTasks().Select(line => line.Task));
            await node.Mta.DisposeAsync();
        });
    }

    // Facts lotus 11, check 11: STOP OUTBOUND TRANSPORT: handlers end first; conversion still fills SMTPOBWQ.
    [Fact]
    public void Stopping_outbound_transport_lets_conversion_fill_the_queue()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.Operations.StopAsync(TaskSelection.OutboundTransport, CancellationToken.None);
            await node.SendAsync("ada@elsewhere.test", "bob@one.test");
            await world.Until(() => node.In(WorkQueue.Outbound).Count == 1, "the child is there");
            await world.Pass(TimeSpan.FromMinutes(10));
            Assert.Empty(peer.Mail);
            Assert.Equal(DocumentState.Pending, node.In(WorkQueue.Outbound)[0].State);
            await node.Operations.StartAsync(TaskSelection.OutboundTransport, CancellationToken.None);
            await world.Until(() => peer.Mail.Count == 1, "it is delivered");
            await node.Mta.DisposeAsync();
        });
    }

    [Theory]
    [InlineData(TaskSelection.Inbound, "SMTPMTA isesctl", "SMTPMTA imsgcnv")]
    [InlineData(TaskSelection.InboundTransport, "SMTPMTA isesctl")]
    [InlineData(TaskSelection.InboundConversion, "SMTPMTA imsgcnv")]
    [InlineData(TaskSelection.Outbound, "SMTPMTA omsgcnv", "SMTPMTA osesctl")]
    [InlineData(TaskSelection.OutboundTransport, "SMTPMTA osesctl")]
    [InlineData(TaskSelection.OutboundConversion, "SMTPMTA omsgcnv")]
    [InlineData(TaskSelection.DrTask, "SMTPMTA drt")]
    public void Each_selection_stops_its_tasks_and_no_other(TaskSelection selection, params string[] stopped)
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            await node.LoadAsync();
            await node.Operations.StopAsync(selection, CancellationToken.None);
            Assert.Equal(stopped, node.Operations.ShowTasks().Where(line => line.Description == "Stopped").Select(line => line.Task));
            await node.Mta.DisposeAsync();
        });
    }

    // "This activity takes place every night at 1:00 AM (by default). When housekeeping takes place, the Add-In Controller shuts down all
    // of the MTA processes and compacts [...]. Once database compacting is complete, the Add-In Controller restarts the various MTA tasks".
    [Fact]
    public void Housekeeping_runs_at_one_and_starts_the_tasks_that_ran()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { Housekeeping = true });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.Operations.StopAsync(TaskSelection.InboundConversion, CancellationToken.None);
            var due = node.Operations.ShowServer().NextHousekeeping!.Value;
            Assert.Equal(new TimeOnly(1, 0), TimeOnly.FromDateTime(due.DateTime));
            await world.Pass(due - world.Time.GetUtcNow() - TimeSpan.FromSeconds(1));
            Assert.Equal(0, node.Stat("MTA.Housekeepings"));
            await world.Pass(TimeSpan.FromSeconds(2));
            Assert.Equal(1, node.Stat("MTA.Housekeepings"));
            Assert.Equal(["SMTPMTA imsgcnv"], node.Operations.ShowTasks().Where(line => line.Description == "Stopped").Select(line => line.Task));
            await node.SendAsync("ada@elsewhere.test", "bob@one.test");
            await world.Until(() => peer.Mail.Count == 1, "mail flows again");
            await node.Mta.DisposeAsync();
        });
    }

    // "checks for configuration changes every two minutes during normal operation. If a change is detected, the Add-In Controller updates
    // the configuration information stored in memory." Facts lotus 11, check 9: in force by TELL SMTPMTA REFRESH.
    [Fact]
    public void A_changed_configuration_is_in_force_after_two_minutes_or_at_once_by_refresh()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            node.Source.Settings = node.Source.Settings with { HostName = "new.test" };
            Assert.Equal("mta.test", node.Operations.ShowServer().Name);
            await world.Pass(TimeSpan.FromSeconds(121));
            Assert.Equal("new.test", node.Operations.ShowServer().Name);

            node.Source.Settings = node.Source.Settings with { HostName = "newer.test" };
            Assert.True((await node.Operations.RefreshAsync(CancellationToken.None)).Changed);
            Assert.Equal("newer.test", node.Operations.ShowServer().Name);
            Assert.False((await node.Operations.RefreshAsync(CancellationToken.None)).Changed);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_changed_route_moves_waiting_mail_at_refresh()
    {
        var world = new World();
        var (dead, alive) = (world.Peer(), world.Peer());
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", dead)));
        world.Run(async () =>
        {
            await alive.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "bob@one.test");
            await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Failure }], "the first try has failed");
            node.Source.Settings = Routed(node.Source.Settings, ("one.test", alive));
            await node.Operations.RefreshAsync(CancellationToken.None);
            await node.Operations.DeliverNowAsync("one.test", CancellationToken.None);
            await world.Until(() => alive.Mail.Count == 1, "it went the new way");
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_task_that_cannot_start_leaves_nothing_running_and_says_why()
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            var taken = await world.Network.Host(node.Address).ListenAsync(new(node.Address, 25), CancellationToken.None);
            await Assert.ThrowsAnyAsync<IOException>(node.LoadAsync);
            Assert.Empty(node.Operations.ShowTasks());
            await taken.DisposeAsync();
            await node.LoadAsync();
            Assert.Equal(AllTasks.Length, node.Operations.ShowTasks().Count);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_new_address_that_is_in_use_is_waited_for_and_does_not_keep_the_MTA_from_quitting()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            var taken = await world.Network.Host(node.Address).ListenAsync(new(node.Address, 2525), CancellationToken.None);
            node.Source.Settings = node.Source.Settings with { Listen = [new(node.Address, 25), new(node.Address, 2525)] };
            await world.Pass(TimeSpan.FromMinutes(5));
            node.Source.Settings = node.Source.Settings with { HostName = "new.test" };
            await world.Pass(TimeSpan.FromMinutes(5));
            Assert.Equal("new.test", node.Operations.ShowServer().Name);
            await taken.DisposeAsync();
            await world.Pass(TimeSpan.FromMinutes(2));
            Assert.Equal(2, node.Operations.ShowServer().Addresses.Count);
            Assert.True((await SmtpTalk.SendAsync(world, node, "a@b.test", "bob@home.test", "\r\n")).Recipients[0].Delivered);
            await node.Operations.QuitAsync(CancellationToken.None);
            Assert.Empty(node.Operations.ShowTasks());
            await node.Mta.DisposeAsync();
        });
    }

    // "Once this controller is initialized, it reads the MTA's configuration settings".
    [Fact]
    public void Loading_reads_the_configuration()
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            await node.LoadAsync();
            await node.Operations.QuitAsync(CancellationToken.None);
            node.Source.Settings = node.Source.Settings with { HostName = "new.test" };
            await node.LoadAsync();
            Assert.Equal("new.test", node.Operations.ShowServer().Name);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_changed_directory_waits_for_the_next_start_and_is_no_change_at_each_poll()
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            await node.LoadAsync();
            node.Source.Settings = node.Source.Settings with { Directory = "/elsewhere" };
            await node.Operations.RefreshAsync(CancellationToken.None);
            Assert.False((await node.Operations.RefreshAsync(CancellationToken.None)).Changed);
            Assert.Equal("/nowhere", node.Operations.ShowServer().Directory);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Quitting_while_it_loads_leaves_nothing_running()
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            var (loading, quitting) = (node.LoadAsync(), node.Operations.QuitAsync(CancellationToken.None));
            await loading;
            await quitting;
            Assert.Empty(node.Operations.ShowTasks());
            node.Source.Settings = node.Source.Settings with { HostName = "new.test" };
            await world.Pass(TimeSpan.FromMinutes(10));
            Assert.Equal("mta.test", node.Operations.ShowServer().Name);
            await node.Mta.DisposeAsync();
        });
    }
}
