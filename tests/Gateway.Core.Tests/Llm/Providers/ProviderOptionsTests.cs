using Gateway.Core.Llm.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Tests.Llm.Providers;

public sealed class ProviderOptionsTests
{
    [Fact]
    public void Options_BaseUrl_IsFoundWhateverTheCaseOfTheKey() =>
        Assert.Equal("http://127.0.0.1:1", Read(("Gateway:Providers:OPENAI:BaseUrl", "http://127.0.0.1:1")).FindBaseUrl("openai"));

    [Fact]
    public void Options_WrongSettings_AreAllReported()
    {
        var fault = Assert.Throws<OptionsValidationException>(() => Read(
            ("Gateway:Providers:openai:BaseUrl", "ftp://x"), ("Gateway:Providers:nobody:BaseUrl", "http://x")));

        Assert.Equal(2, fault.Failures.Count());
        Assert.Contains(fault.Failures, f => f.StartsWith("Gateway:Providers:openai:BaseUrl", StringComparison.Ordinal));
    }

    private static ProviderOptions Read(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
        using var services = new ServiceCollection().AddLogging().AddGateway(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<ProviderOptions>>().Value;
    }
}
