using Gateway.Core.Configuration;
using Gateway.Core.Logging;
using Serilog.Core;
using Serilog.Events;

namespace ConsoleWeb.Hosting;

/// <summary>
/// Takes credentials out of the addresses that server and HTTP client write into the process's log at their finer levels: whoever turns
/// these on looks for a fault, and not for keys.
/// </summary>
/// <param name="services">Asked for the snapshot at each event: plugins name parameters of their own.</param>
internal sealed class UrlSecrets(IServiceProvider services) : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        SensitiveNames? names = null;
        List<LogEventProperty>? changed = null;
        foreach (var (name, value) in logEvent.Properties)
        {
            if (value is ScalarValue { Value: { } plain } && Text(plain) is { } text && (text.Contains('?', StringComparison.Ordinal) || text.Contains("://", StringComparison.Ordinal)))
            {
                names ??= services.GetRequiredService<SnapshotHolder>().Current?.SensitiveNames ?? SensitiveNames.Default;
                var safe = UrlRedaction.Redact(text, names);
                if (!ReferenceEquals(safe, text))
                {
                    (changed ??= []).Add(new LogEventProperty(name, new ScalarValue(safe)));
                }
            }
        }

        changed?.ForEach(logEvent.AddOrUpdateProperty);
    }

    private static string? Text(object value) => value as string ?? (value as Uri)?.OriginalString ?? (value is QueryString or PathString ? value.ToString() : null);
}
