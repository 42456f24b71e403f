using System.Globalization;
using Gateway.Core;
using Gateway.Core.Pipeline;

namespace ConsoleWeb.Options;

/// <summary>Checks the settings that scripts rely on; every fault is named with its key, all at once.</summary>
internal static class GatehouseOptions
{
    public static void Validate(IConfiguration configuration, ICollection<string> faults)
    {
        OneOf(configuration, "Gateway:Llm:UnknownModel", ["override", "reject"], faults);
        OneOf(configuration, "Gateway:Store:Provider", ["sqlite"], faults);
        Number(configuration, "Gateway:Logs:Retention:MaxAgeDays", 0, 36_500, faults);
        Number(configuration, "Gateway:Logs:Retention:MaxBytes", 0, long.MaxValue, faults);
        Number(configuration, "Gateway:Audit:MaxAgeDays", 1, 36_500, faults);
        Number(configuration, "Gateway:History:MaxVersions", 1, 1_000_000, faults);
        Number(configuration, "Gateway:History:MaxAgeDays", 0, 36_500, faults);
        Number(configuration, "Gateway:Admin:WritesPerSecond", 0, 1_000_000, faults);
        Number(configuration, "Gateway:Admin:ListsPerMinute", 0, 1_000_000, faults);
        Number(configuration, "Gateway:Admin:MaxEntities", 0, 10_000_000, faults);
        Number(configuration, "Gateway:Proxy:MaxConcurrentRequests", 0, int.MaxValue, faults);
        Number(configuration, "Gateway:Drain:AnnounceSeconds", 0, DrainOptions.MaxSeconds, faults);
        Number(configuration, "Gateway:Drain:TimeoutSeconds", 0, DrainOptions.MaxSeconds, faults);
        Number(configuration, "Gateway:Drain:FlushSeconds", 1, DrainOptions.MaxSeconds, faults);
        Boolean(configuration, "Gateway:Proxy:AllowDebugHeader", faults);
        Node(configuration, faults);
        Boolean(configuration, "Gateway:Logs:CompatAliases", faults);
        Boolean(configuration, "Gateway:Admin:InsecureLoopback", faults);
        foreach (var provider in configuration.GetSection("Gateway:Providers").GetChildren())
        {
            var text = provider["BaseUrl"];
            if (text is not null && !(Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            {
                faults.Add($"Gateway__Providers__{provider.Key}__BaseUrl: '{text}' is not an address such as https://api.example.com");
            }
        }
    }

    private static void Node(IConfiguration configuration, ICollection<string> faults)
    {
        var section = configuration.GetSection(ProxyOptions.Section);
        var options = new ProxyOptions { PortMap = section[nameof(ProxyOptions.PortMap)] };
        options.Headers = section[nameof(ProxyOptions.Headers)] ?? options.Headers;
        options.ErrorDefaultType = section[nameof(ProxyOptions.ErrorDefaultType)] ?? options.ErrorDefaultType;
        NodeSettings.Read(options, (name, text) => faults.Add($"Gateway__Proxy__{name}: {text}"));
    }

    private static void OneOf(IConfiguration configuration, string key, string[] values, ICollection<string> faults)
    {
        if (configuration[key] is { Length: > 0 } text && !values.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            faults.Add($"{Shown(key)}: '{text}' is not one of {string.Join(", ", values)}");
        }
    }

    private static void Number(IConfiguration configuration, string key, long min, long max, ICollection<string> faults)
    {
        if (configuration[key] is { Length: > 0 } text
            && !(long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max))
        {
            faults.Add($"{Shown(key)}: '{text}' is not a whole number from {min}");
        }
    }

    private static void Boolean(IConfiguration configuration, string key, ICollection<string> faults)
    {
        if (configuration[key] is { Length: > 0 } text && !bool.TryParse(text, out _))
        {
            faults.Add($"{Shown(key)}: '{text}' is neither true nor false");
        }
    }

    private static string Shown(string key) => key.Replace(":", "__", StringComparison.Ordinal);
}
