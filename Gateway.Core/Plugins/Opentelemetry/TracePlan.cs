using System.Buffers.Binary;
using System.Diagnostics;
using Gateway.Core.Plugins.Opentelemetry.Export;
using Gateway.Core.Plugins.Opentelemetry.Propagation;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.Opentelemetry;

/// <summary>A config compiled for use: formats, sampling, and where spans go.</summary>
internal sealed class TracePlan
{
    private const string Preserve = "preserve";

    private readonly TraceFormat[] _extract;
    private readonly TraceFormat[] _inject;
    private readonly bool _preserves;
    private readonly TraceFormat _default;
    private readonly double _rate;
    private readonly bool _followsParent;

    /// <param name="exporter">Null: there is no endpoint.</param>
    public TracePlan(OpentelemetryConfig config, TraceExporter? exporter)
    {
        Exporter = exporter;
        var propagation = config.Propagation;
        var (extract, inject) = propagation.IsSet ? (propagation.Extract ?? [], propagation.Inject ?? []) : FromHeaderType(config);
        _extract = [.. extract.Select(TraceFormat.Of)];
        _inject = [.. inject.Where(f => f != Preserve).Distinct().Select(TraceFormat.Of)];
        _preserves = inject.Contains(Preserve);
        _default = TraceFormat.Of(propagation.DefaultFormat);
        Clear = [.. propagation.Clear ?? []];
        _rate = config.SamplingRate ?? 1;
        _followsParent = config.SamplingStrategy == "parent_probability_fallback";
    }

    public TraceExporter? Exporter { get; }

    /// <summary>Request headers that are removed once they were read.</summary>
    public string[] Clear { get; }

    /// <summary>Looks for the caller's trace.</summary>
    /// <param name="preserved">The format that was found, else the default one.</param>
    public TraceParent? Extract(IHeaderDictionary headers, out TraceFormat preserved)
    {
        foreach (var format in _extract)
        {
            if (format.Read(headers) is { } parent)
            {
                preserved = parent.Format is null ? format : TraceFormat.Of(parent.Format);
                return parent;
            }
        }

        preserved = _default;
        return null;
    }

    /// <summary>Formats for the upstream's headers, each once.</summary>
    public TraceFormat[] InjectedFormats(TraceFormat preserved) =>
        _preserves && Array.IndexOf(_inject, preserved) < 0 ? [preserved, .. _inject] : _inject;

    /// <summary>Whether a trace is recorded. The same trace gets the same answer in every gateway with this rate.</summary>
    /// <param name="parentDecision">What the caller has decided; null when nothing.</param>
    public bool IsSampled(ActivityTraceId trace, bool? parentDecision)
    {
        if (parentDecision == false || (parentDecision == true && _followsParent))
        {
            return parentDecision.Value;
        }

        Span<byte> bytes = stackalloc byte[16];
        trace.CopyTo(bytes);

        // 53 bits are all that a fraction holds.
        return (BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) >> 11) < _rate * (1UL << 53);
    }

    private static (IReadOnlyList<string> Extract, IReadOnlyList<string> Inject) FromHeaderType(OpentelemetryConfig config) => config.HeaderType switch
    {
        Preserve => (TraceFormat.Readable, [Preserve]),
        "ignore" => ([], [config.Propagation.DefaultFormat]),
        var one => (TraceFormat.Readable, [Preserve, one]),
    };
}
