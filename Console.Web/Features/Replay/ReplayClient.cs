using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Gateway.Core.Logging.Replays;
using Gateway.Shared.Results;

namespace ConsoleWeb.Features.Replay;

/// <summary>Sends requests to this gateway's own proxy listener, whatever host they name, so that routes, plugins and the log treat them as any other.</summary>
internal sealed class ReplayClient : IDisposable
{
    private const string UserAgent = "Gatehouse-Replay";

    private readonly ConsoleAddresses _addresses;
    private readonly HttpMessageInvoker _invoker;

    [SuppressMessage("Security", "CA5359", Justification = "The other end is this process; its certificate may be made for any name.")]
    public ReplayClient(ConsoleAddresses addresses)
    {
        _addresses = addresses;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.FromSeconds(30),
            ConnectCallback = ConnectAsync,
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });
    }

    /// <returns>The answer, of which only the head has been read, or why nothing could be sent.</returns>
    public async Task<Result<HttpResponseMessage>> SendAsync(ReplayDraft draft, ReplayTicket ticket, CancellationToken cancellationToken)
    {
        if (ListenerOf(draft.Scheme) is not { } listener)
        {
            return new ReplayUnsent($"The gateway has no listener for {draft.Scheme}.");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(
            $"{draft.Scheme}://{draft.Host}:{listener.Port}{draft.Path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(draft.Body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in draft.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation("user-agent", UserAgent);
        request.Headers.TryAddWithoutValidation(ReplayTickets.Header, ticket.Secret);
        try
        {
            return await _invoker.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            return new ReplayUnsent($"The gateway's proxy listener could not be called: {exception.Message}");
        }
    }

    public void Dispose() => _invoker.Dispose();

    private Uri? ListenerOf(string scheme) => new[] { _addresses.Proxy, _addresses.ProxyTls }
        .OfType<string>().Select(a => new Uri(a)).FirstOrDefault(a => a.Scheme == scheme);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var listener = ListenerOf(context.InitialRequestMessage.RequestUri!.Scheme)!;
        var address = IPAddress.TryParse(listener.Host.Trim('[', ']'), out var parsed) ? parsed : IPAddress.Loopback;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, listener.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
