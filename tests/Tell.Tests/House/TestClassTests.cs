using System.Reflection;

namespace Tell.Tests.House;

/// <summary>What every class of tests has to be like.</summary>
public sealed class TestClassTests
{
    [Fact]
    public void No_class_of_tests_counts_on_a_dispose_that_the_runner_does_not_call()
    {
        // xunit 2 disposes IDisposable and IAsyncLifetime; an IAsyncDisposable would leave its processes running.
        var counting = typeof(TestClassTests).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.GetMethods().Any(method => method.GetCustomAttributes<FactAttribute>().Any()))
            .Where(type => type.IsAssignableTo(typeof(IAsyncDisposable)) && !type.IsAssignableTo(typeof(IAsyncLifetime)));
        Assert.Empty(counting.Select(type => type.FullName));
    }
}
