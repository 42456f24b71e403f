using Gateway.Core.Plugins.RequestTransformer;

namespace Gateway.Core.Plugins.ResponseTransformer;

/// <summary>A config of response-transformer, made ready to run.</summary>
internal sealed class ResponsePlan(ResponseTransformerConfig config)
{
    public TransformRules Headers { get; } = new(
        config.Remove.Headers, config.Rename.Headers, HeaderEntries(config.Replace), HeaderEntries(config.Add), HeaderEntries(config.Append));

    /// <summary>Values are JSON texts.</summary>
    public TransformRules Json { get; } = new(
        config.Remove.Json, config.Rename.Json, JsonEntries(config.Replace), JsonEntries(config.Add), JsonEntries(config.Append));

    /// <summary>An entry without a value is accepted, as in Kong Gateway, and means nothing.</summary>
    private static IEnumerable<(string Name, Template Value)> HeaderEntries(ResponseValuesConfig values) =>
        values.Headers.Select(TransformEntry.Parse).Where(e => e.Value.Length > 0).Select(e => (e.Name, new Template(e.Value, isFixed: true)));

    private static IEnumerable<(string Name, Template Value)> JsonEntries(ResponseValuesConfig values) =>
        values.Json.Select(TransformEntry.Parse).Select((e, i) =>
            (e.Name, new Template(JsonTexts.Value(e.Value, values.JsonTypes.ElementAtOrDefault(i)), isFixed: true)));
}
