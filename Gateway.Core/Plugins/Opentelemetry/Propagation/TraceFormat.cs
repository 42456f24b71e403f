using System.Diagnostics;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.Opentelemetry.Propagation;

/// <summary>One way to write a trace into headers.</summary>
internal abstract class TraceFormat(string name)
{
    private static readonly Dictionary<string, TraceFormat> ByName = new TraceFormat[]
    {
        new W3CFormat(),
        new B3Format(),
        new B3SingleFormat(),
        new JaegerFormat(),
        new OpenTracingFormat(),
        new DatadogFormat(),
        new AwsFormat(),
        new GcpFormat(),
        new InstanaFormat(),
    }.ToDictionary(f => f.Name);

    /// <summary>The order in which formats are looked for when none is chosen; that of the original.</summary>
    public static readonly string[] Readable = ["b3", "w3c", "jaeger", "ot", "datadog", "aws", "gcp", "instana"];

    /// <summary>As the configuration names it.</summary>
    public string Name { get; } = name;

    /// <summary>Name of the trace id in records.</summary>
    public virtual string RecordName => Name;

    public static TraceFormat Of(string name) => ByName[name];

    /// <summary>A trace id as log records show it: once for each format that it goes out in.</summary>
    public static List<KeyValuePair<string, string>> RecordOf(TraceFormat[] formats, ActivityTraceId id)
    {
        var record = new List<KeyValuePair<string, string>>(formats.Length);
        foreach (var format in formats)
        {
            // The two ways of B3 share a name, and a text.
            var entry = KeyValuePair.Create(format.RecordName, format.TextOf(id));
            if (!record.Contains(entry))
            {
                record.Add(entry);
            }
        }

        return record;
    }

    /// <returns>Null when the headers are not there or not well formed.</returns>
    public abstract TraceParent? Read(IHeaderDictionary headers);

    public abstract void Write(HttpRequestHeaders headers, in TraceChild trace);

    /// <summary>The trace id as this format writes it.</summary>
    public virtual string TextOf(ActivityTraceId id) => id.ToHexString();

    /// <summary>The id in 16 digits where its first half is empty, as the caller has most likely written it; else in 32.</summary>
    protected static string ShortTextOf(ActivityTraceId id) =>
        id.ToHexString() is var hex && hex.AsSpan(0, 16).IndexOfAnyExcept('0') < 0 ? hex[16..] : hex;

    /// <summary>A header of the client's or of another format's goes; one of the name is sent.</summary>
    protected static void Set(HttpRequestHeaders headers, string name, string value)
    {
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>The value of a header that must stand there once; empty otherwise.</summary>
    protected static string Value(IHeaderDictionary headers, string name) => headers[name] is { Count: 1 } values ? values.ToString().Trim() : "";

    protected static bool? Decision(string value) => value switch
    {
        "1" or "true" or "True" or "d" => true,
        "0" or "false" or "False" => false,
        _ => null,
    };
}
