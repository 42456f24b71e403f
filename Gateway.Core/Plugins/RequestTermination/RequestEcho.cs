using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.Core.Logging;
using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Core.Plugins.RequestTermination;

/// <summary>A copy of a request as JSON, with the route and service it matched.</summary>
internal static class RequestEcho
{
    /// <summary>A longer body is left out.</summary>
    private const long MaxBody = 1024 * 1024;

    /// <param name="message">Left out when null.</param>
    public static async ValueTask<ReadOnlyMemory<byte>> CreateAsync(GatewayContext context, string? message, GatewayNode node)
    {
        var body = await ReadBodyAsync(context);
        using var json = new JsonLineWriter();
        json.WriteStartObject();
        if (message is not null)
        {
            json.WriteString("message"u8, message);
        }

        json.WriteStartObject("kong"u8);
        json.WriteString("node_id"u8, node.Id);
        json.WriteNumber("worker_pid"u8, Environment.ProcessId);
        json.WriteString("hostname"u8, Dns.GetHostName());
        json.WriteEndObject();
        WriteRequest(json, context, body.Span);
        WriteEntities(json, context);
        json.WriteEndObject();
        return json.WrittenSpan.ToArray();
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(GatewayContext context)
    {
        try
        {
            return await context.Body.ReadAsync(MaxBody, context.Aborted);
        }
        catch (RequestBodyTooLargeException)
        {
            return default;
        }
    }

    private static void WriteRequest(JsonLineWriter json, GatewayContext context, ReadOnlySpan<byte> body)
    {
        var http = context.Http;
        var request = http.Request;
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        json.WriteStartObject("request"u8);
        json.WriteString("scheme"u8, request.Scheme);
        json.WriteString("host"u8, request.Host.Host);
        json.WriteNumber("port"u8, http.Connection.LocalPort);
        json.WriteString("method"u8, request.Method);
        json.WriteString("path"u8, RequestPath.PathOf(target).ToString());
        WriteHeaders(json, context);
        QueryStringJson.Write(json, "query"u8, target);
        WriteBody(json, request.ContentType, body);
        json.WriteString("raw_body"u8, Encoding.UTF8.GetString(body));
        json.WriteStartObject("uri_captures"u8);
        foreach (var (name, value) in context.UriCaptures ?? new Dictionary<string, string>())
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteHeaders(JsonLineWriter json, GatewayContext context)
    {
        json.WriteStartObject("headers"u8);
        foreach (var (name, values) in context.Http.Request.Headers)
        {
            json.WritePropertyName(name.ToLowerInvariant());
            if (values.Count == 1)
            {
                json.WriteStringValue(values.ToString());
                continue;
            }

            json.WriteStartArray();
            foreach (var value in values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>The body as data, where its type says how to read it.</summary>
    private static void WriteBody(JsonLineWriter json, string? contentType, ReadOnlySpan<byte> body)
    {
        if (contentType?.Contains("application/json", StringComparison.OrdinalIgnoreCase) == true && IsJson(body))
        {
            json.WritePropertyName("body"u8);
            json.WriteRawValue(body);
        }
        else if (contentType?.Contains("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true)
        {
            json.WriteStartObject("body"u8);
            foreach (var (name, values) in QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body)))
            {
                json.WriteString(name, values.ToString());
            }

            json.WriteEndObject();
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        try
        {
            var hasValue = reader.Read();
            return hasValue && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void WriteEntities(JsonLineWriter json, GatewayContext context)
    {
        if (context.Route is { } route)
        {
            json.WritePropertyName("matched_route"u8);
            json.WriteRawValue(EntityJson.Get(route));
        }

        if (context.Service is { } service)
        {
            json.WritePropertyName("matched_service"u8);
            json.WriteRawValue(EntityJson.Get(service));
        }
    }
}
