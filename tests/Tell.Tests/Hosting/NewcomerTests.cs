using System.Net;
using Tell.Hosting;
using Tell.Mail;
using Tell.Mta.Configuration;

namespace Tell.Tests.Hosting;

public sealed class NewcomerTests
{
    [Fact]
    public void The_settings_for_trying_Tell_out_are_sound_and_open_nothing_to_the_network()
    {
        var reading = NotesIni.Read(Newcomer.Text, "notes.ini", "/home/ada/data");
        Assert.Empty(reading.Problems);
        var settings = reading.Settings!;
        Assert.Equal("/home/ada/data", Path.TrimEndingDirectorySeparator(settings.Directory));
        Assert.All(settings.Listen, endpoint => Assert.True(IPAddress.IsLoopback(endpoint.Address)));
        Assert.All(settings.RelayClients, network => Assert.True(IPAddress.IsLoopback(network.BaseAddress)));
        Assert.Contains(Domain.Parse("tell.test"), settings.LocalDomains);
    }
}
