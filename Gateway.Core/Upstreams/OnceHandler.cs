using System.Net;

namespace Gateway.Core.Upstreams;

/// <summary>
/// Sends the body of a request of HTTP/2 once. When the upstream refuses its stream, or goes away before it, the HTTP client would send the
/// request again by itself, unseen by the balancer and the record and with a body that has passed already; it is told so, and the
/// gateway decides.
/// </summary>
internal sealed class OnceHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Far longer than an HTTP client needs to notice what has ended a stream.</summary>
    private static readonly TimeSpan LongestNotice = TimeSpan.FromSeconds(1);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Version >= HttpVersion.Version20 && request.Content is not null ? SendBodyAsync(request, cancellationToken) : base.SendAsync(request, cancellationToken);

    private async Task<HttpResponseMessage> SendBodyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = new OnceContent(request.Content!, cancellationToken);
        request.Content = content;
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            content.Answered.TrySetResult();
        }
    }

    private sealed class OnceContent : HttpContent
    {
        private readonly HttpContent _content;
        private readonly CancellationToken _gateway;
        private bool _isSent;

        public OnceContent(HttpContent content, CancellationToken gateway)
        {
            (_content, _gateway) = (content, gateway);
            foreach (var (name, values) in content.Headers.NonValidated)
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }

        /// <summary>The call has its answer, or the reason why it has none.</summary>
        public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            if (Interlocked.Exchange(ref _isSent, true))
            {
                throw new StreamRefusedException();
            }

            try
            {
                await _content.CopyToAsync(stream, context, cancellationToken);
            }
            finally
            {
                if (cancellationToken.IsCancellationRequested && !_gateway.IsCancellationRequested)
                {
                    // The upstream has ended the stream. Why, the wait for its answer tells; a body that ends first would hide it.
                    await Task.WhenAny(Answered.Task, Task.Delay(LongestNotice, _gateway));
                }
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _content.Headers.ContentLength ?? 0;
            return _content.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _content.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

/// <summary>An upstream of HTTP/2 has not looked at a request, and its body cannot be had once more from where it came.</summary>
internal sealed class StreamRefusedException() : IOException("The upstream refused the stream.");
