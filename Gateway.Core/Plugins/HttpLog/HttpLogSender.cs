using System.Globalization;
using System.Text;
using Gateway.Core.Plugins.LogDelivery;
using Gateway.Core.Upstreams;

namespace Gateway.Core.Plugins.HttpLog;

/// <summary>Sends a batch as one request: a record as it is, several as a JSON array. Redirects are not followed; they are failures.</summary>
internal sealed class HttpLogSender : IBatchSender
{
    private readonly HttpLogConfig _config;
    private readonly UpstreamClients _clients;
    private readonly TimeProvider _time;
    private readonly Uri? _endpoint;
    private readonly string? _authorization;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _keepalive;
    private readonly bool _isArray;

    public HttpLogSender(HttpLogConfig config, UpstreamClients clients, TimeProvider time)
    {
        (_config, _clients, _time) = (config, clients, time);
        _timeout = SenderTime.FromConfig(config.Timeout);
        _keepalive = SenderTime.FromConfig(config.Keepalive);
        _isArray = config.ToSettings().MaxBatchSize > 1;
        if (HttpEndpointRule.Parse(config.HttpEndpoint) is { } address)
        {
            _endpoint = new UriBuilder(address) { UserName = "", Password = "" }.Uri;
            _authorization = address.UserInfo.Length > 0
                ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo)))
                : null;
        }
    }

    public string Target => _endpoint?.Authority ?? "the endpoint of http-log";

    public async Task<string?> SendAsync(IReadOnlyList<byte[]> batch, CancellationToken cancellationToken)
    {
        if (_endpoint is null)
        {
            return "its address is not one of http or https";
        }

        using var message = CreateMessage(batch);
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await _clients.Get(null, _timeout, _keepalive).SendAsync(message, either.Token);
            return (int)response.StatusCode < 300 ? null : string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "it did not answer in time";
        }
        catch (HttpRequestException exception)
        {
            return exception.InnerException is UpstreamConnectException connect ? connect.Message : exception.Message;
        }
    }

    private HttpRequestMessage CreateMessage(IReadOnlyList<byte[]> batch)
    {
        var content = new ByteArrayContent(_isArray ? JoinAsArray(batch) : batch[0]);
        content.Headers.TryAddWithoutValidation("Content-Type", _config.ContentType);
        var message = new HttpRequestMessage(HttpMethod.Parse(_config.Method), _endpoint) { Content = content };
        message.Headers.TryAddWithoutValidation("User-Agent", GatewayProduct.Token);
        if (_authorization is not null)
        {
            message.Headers.TryAddWithoutValidation("Authorization", _authorization);
        }

        foreach (var (name, value) in _config.Headers ?? new Dictionary<string, string>())
        {
            // A configured header takes the place of one that the address or the gateway gave.
            message.Headers.Remove(name);
            if (value.AsSpan().IndexOfAny('\r', '\n', '\0') < 0 && !message.Headers.TryAddWithoutValidation(name, value))
            {
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    private static byte[] JoinAsArray(IReadOnlyList<byte[]> batch)
    {
        var body = new byte[batch.Sum(r => r.Length) + batch.Count + 1];
        var at = 0;
        foreach (var record in batch)
        {
            body[at] = at == 0 ? (byte)'[' : (byte)',';
            record.CopyTo(body, at + 1);
            at += record.Length + 1;
        }

        body[at] = (byte)']';
        return body;
    }
}
