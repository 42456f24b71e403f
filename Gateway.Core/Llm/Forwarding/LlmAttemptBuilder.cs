using System.Buffers;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Pricing;
using Gateway.Core.Llm.Providers;
using Gateway.Core.Pipeline;
using Gateway.Core.Upstreams;
using Gateway.Shared.Results;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>Makes the upstream request of an attempt: model, format, body, address, headers. Targets differ, so every attempt starts from the client's request.</summary>
internal sealed class LlmAttemptBuilder(IOptions<ProviderOptions> providers, IOptions<LlmPolicyOptions> policy, PriceBook prices)
{
    private const string DefaultAnthropicVersion = "2023-06-01";

    /// <summary>First Azure API version that knows <c>stream_options</c>.</summary>
    private const string AzureUsageVersion = "2024-09";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private readonly ProviderOptions _providers = providers.Value;
    private readonly LlmPolicyOptions _policy = policy.Value;

    /// <returns>The attempt, or an <see cref="LlmFault"/> with the status for the client.</returns>
    public Result<LlmAttempt> Build(GatewayContext context, LlmPlan plan, LlmRequest request, int index)
    {
        var target = plan.Targets[index];
        if (CheckTarget(target) is { } unsupported)
        {
            return unsupported;
        }

        if (ResolveOptions(target.Options, context, out var options) is { } badTemplate)
        {
            return new LlmFault(400, badTemplate);
        }

        var model = request.TargetModels[index] ?? request.RequestedModel;
        var upstreamFormat = request.ClientFormat == LlmFormat.Unknown ? LlmFormat.Unknown : target.Provider.FormatOf(target.RouteType);
        var isSameFormat = upstreamFormat == request.ClientFormat;
        var found = Find(plan, index, options, request, new AddressRequest(model, request.Remainder, ClientPath(context), context.UpstreamQuery, isSameFormat));
        if (found.IsError)
        {
            return found.Error;
        }

        var known = found.Value;
        var buffer = new PooledBuffer(Math.Max(1024, request.Body.Length + 256));
        var body = BuildBody(target, known.Codec, request, upstreamFormat, buffer);
        if (body.IsError)
        {
            buffer.Dispose();
            return body.Error;
        }

        var built = body.Value;
        var method = context.UpstreamMethod ?? context.Http.Request.Method;
        var content = built.Body.Length == 0 && !NeedsBody(method) ? null : new LlmContent(built.Body);
        var message = new UpstreamRequest(HttpMethod.Parse(method), known.Uri) { Content = content };
        UpstreamHeaders.Copy(context.Http.Request.Headers, message, isSameFormat);
        var holdsKey = UpstreamHeaders.Authenticate(context.Http.Request.Headers, message, target.Auth, target.Provider);
        SetHeaders(context, message, request, upstreamFormat, options, built.IsUpstreamStream, isSameFormat);
        var attempt = new LlmAttempt
        {
            Target = target,
            Model = model,
            Prices = prices,
            Address = known.Address,
            UpstreamFormat = upstreamFormat,
            Codec = built.Codec,
            Translation = built.Translation,
            HidesUsage = built.HidesUsage,
            Dropped = built.Dropped,
            HoldsKey = holdsKey,
            Message = message,
            Content = content,
            Body = built.Body,
            ConnectTimeout = plan.Balancer?.ConnectTimeout ?? Milliseconds(context.Service?.ConnectTimeout),
            WriteTimeout = plan.Balancer?.WriteTimeout ?? Milliseconds(context.Service?.WriteTimeout),
            ReadTimeout = plan.Balancer?.ReadTimeout ?? Milliseconds(context.Service?.ReadTimeout),
            Timer = new CallTimer(context.Time, request.StartTimestamp + (long)(_policy.MaxDuration.TotalSeconds * context.Time.TimestampFrequency), context.Aborted),
        };
        attempt.Own(buffer);
        return attempt;
    }

    private Result<KnownAttempt> Find(LlmPlan plan, int index, TargetOptions options, LlmRequest request, in AddressRequest wanted)
    {
        if (plan.Known[index] is { } last && last.IsFor(wanted, request.ForcesStream))
        {
            return last;
        }

        var target = plan.Targets[index];
        var address = UpstreamAddressBuilder.Build(target, options, _providers.FindBaseUrl(target.Provider.Name), wanted);
        if (address.IsError)
        {
            return address.Error;
        }

        var known = new KnownAttempt(wanted, request.ForcesStream, address.Value, address.Value.ToUri(), CodecFor(target, options, wanted.Model, request.ForcesStream));
        if (ReferenceEquals(options, target.Options))
        {
            plan.Known[index] = known;
        }

        return known;
    }

    private static CodecTarget CodecFor(LlmTarget target, TargetOptions options, string? model, bool forcesStream)
    {
        var codec = CodecTarget.For(target.Provider.Name, model) with
        {
            Stream = forcesStream ? true : null,
            Options = new LlmOptions
            {
                MaxTokens = options.MaxTokens,
                Temperature = options.Temperature,
                TopP = options.TopP,
                TopK = options.TopK,
            },
        };
        return target.Provider.Name == "azure" && string.CompareOrdinal(options.AzureApiVersion, AzureUsageVersion) < 0 ? codec with { IncludeUsage = false } : codec;
    }

    private static LlmFault? CheckTarget(LlmTarget target)
    {
        if (target.Provider.Unsupported is { } reason)
        {
            return new LlmFault(501, reason);
        }

        return target is { Provider.Name: "llama2", Options.Llama2Format: "raw" }
            ? new LlmFault(501, "llama2_format 'raw' can be configured, but this version cannot call it; use 'openai'")
            : target.RouteType is RouteTypes.Realtime or RouteTypes.VideoGenerations
                ? new LlmFault(501, $"route_type '{target.RouteType}' can be configured, but this version cannot call it")
                : null;
    }

    private static Result<BuiltBody> BuildBody(
        LlmTarget target, CodecTarget codecTarget, LlmRequest request, LlmFormat upstreamFormat, PooledBuffer buffer)
    {
        if (request.ClientFormat == LlmFormat.Unknown || !request.IsScanned)
        {
            // Copied: the client's buffer goes back to its pool with the end of the request, perhaps before the last byte has gone out.
            buffer.Write(request.Body.Span);
            return new BuiltBody { Body = WithBodyAuth(target.Auth, buffer.Written, buffer) };
        }

        if (upstreamFormat == request.ClientFormat)
        {
            var native = NativeRequest.Write(upstreamFormat, request.Scan, codecTarget, needsUsage: true, buffer, request.IsModelCall);
            return new BuiltBody
            {
                Body = WithBodyAuth(target.Auth, buffer.Written, buffer),
                IsUpstreamStream = native.IsUpstreamStream,
                HidesUsage = native.HidesUsage,
                Dropped = native.Dropped,
            };
        }

        if (LlmCodecs.Find(request.ClientFormat, upstreamFormat) is not { } codec)
        {
            return new LlmFault(501, $"requests in the format {request.ClientFormat.ToWireName()} cannot be served by a target that speaks {upstreamFormat.ToWireName() ?? target.RouteType}");
        }

        var translated = codec.TranslateRequest(request.Body, codecTarget, buffer);
        if (translated.IsError)
        {
            return translated.Error;
        }

        return new BuiltBody
        {
            Body = WithBodyAuth(target.Auth, buffer.Written, buffer),
            Codec = codec,
            Translation = translated.Value,
            IsUpstreamStream = translated.Value.IsUpstreamStream,
            Dropped = translated.Value.Dropped,
        };
    }

    /// <summary>Puts a credential into the body, after conversion, so that no converter can lose it.</summary>
    private static ReadOnlyMemory<byte> WithBodyAuth(TargetAuth auth, ReadOnlyMemory<byte> body, PooledBuffer buffer)
    {
        if (auth is not { ParamLocation: "body", ParamName: { } name, ParamValue: { } value }
            || LlmRequestScanner.Scan(body, out var scan) != JsonFault.None
            || (auth.AllowOverride && scan.Find(System.Text.Encoding.UTF8.GetBytes(name)).HasValue))
        {
            return body;
        }

        var copy = body.ToArray();
        LlmRequestScanner.Scan(copy, out scan);
        buffer.Clear();
        JsonSplice.Write(scan, [JsonEdit.Set(name, value)], buffer);
        return buffer.Written;
    }

    private static void SetHeaders(
        GatewayContext context, HttpRequestMessage message, LlmRequest request, LlmFormat upstreamFormat, TargetOptions options, bool isUpstreamStream, bool isSameFormat)
    {
        var incoming = context.Http.Request.Headers;
        if (message.Content is { } content)
        {
            var type = request.IsScanned || request.IsRebuilt || incoming.ContentType.Count == 0 ? "application/json" : incoming.ContentType.ToString();
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (isUpstreamStream)
        {
            message.Headers.Remove("Accept");
            message.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        }
        else if (!isSameFormat)
        {
            message.Headers.Remove("Accept");
            message.Headers.TryAddWithoutValidation("Accept", "application/json");
        }

        // Only what can pass on untouched may come compressed; a stream is read and written event by event.
        var takesGzip = isSameFormat && !isUpstreamStream && AcceptsGzip(incoming);
        message.Headers.TryAddWithoutValidation("Accept-Encoding", takesGzip ? "gzip, identity" : "identity");
        if (upstreamFormat == LlmFormat.AnthropicMessages || (isSameFormat && options.AnthropicVersion is not null))
        {
            if (!message.Headers.Contains("anthropic-version"))
            {
                UpstreamHeaders.Add(message, "anthropic-version", options.AnthropicVersion ?? DefaultAnthropicVersion);
            }
        }
    }

    internal static bool AcceptsGzip(IHeaderDictionary headers) =>
        headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);

    private static string? ResolveOptions(TargetOptions options, GatewayContext context, out TargetOptions resolved)
    {
        resolved = options;
        string? error = null;
        var upstreamUrl = Fill(options.UpstreamUrl);
        var upstreamPath = Fill(options.UpstreamPath);
        var instance = Fill(options.AzureInstance);
        var deployment = Fill(options.AzureDeploymentId);
        var apiVersion = Fill(options.AzureApiVersion);
        var anthropicVersion = Fill(options.AnthropicVersion);
        var workspace = Fill(options.DatabricksWorkspace);
        if (error is null && !ReferenceEquals(deployment, options.AzureDeploymentId) && !Templates.IsSafeSegment(deployment!))
        {
            error = "the deployment that the request names is not a valid name";
        }

        if (error is not null)
        {
            return error;
        }

        if (!ReferenceEquals(upstreamUrl, options.UpstreamUrl) || !ReferenceEquals(upstreamPath, options.UpstreamPath)
            || !ReferenceEquals(instance, options.AzureInstance) || !ReferenceEquals(deployment, options.AzureDeploymentId)
            || !ReferenceEquals(apiVersion, options.AzureApiVersion) || !ReferenceEquals(anthropicVersion, options.AnthropicVersion)
            || !ReferenceEquals(workspace, options.DatabricksWorkspace))
        {
            resolved = options with
            {
                UpstreamUrl = upstreamUrl,
                UpstreamPath = upstreamPath,
                AzureInstance = instance,
                AzureDeploymentId = deployment,
                AzureApiVersion = apiVersion ?? options.AzureApiVersion,
                AnthropicVersion = anthropicVersion,
                DatabricksWorkspace = workspace,
            };
        }

        return null;

        string? Fill(string? raw)
        {
            if (raw is null || error is not null || !Templates.HasTemplate(raw))
            {
                return raw;
            }

            return Templates.Resolve(raw, context.Http.Request, context.UriCaptures, out error);
        }
    }

    private static string ClientPath(GatewayContext context) => context.NormalizedPath;

    private static bool NeedsBody(string method) => HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method);

    private static TimeSpan Milliseconds(int? value) => value is { } known ? TimeSpan.FromMilliseconds(known) : DefaultTimeout;

    private sealed record BuiltBody
    {
        public required ReadOnlyMemory<byte> Body { get; init; }

        public bool IsUpstreamStream { get; init; }

        public ILlmCodec? Codec { get; init; }

        public LlmTranslation? Translation { get; init; }

        public bool HidesUsage { get; init; }

        public IReadOnlyList<string> Dropped { get; init; } = [];
    }
}
