using System.Buffers;

namespace Gateway.Core.Pipeline;

/// <summary>Writes errors made by the gateway in the format of the client's own API.</summary>
internal interface IErrorFormat
{
    string ContentType { get; }

    /// <param name="status">HTTP status the body goes with.</param>
    /// <param name="message">What is wrong, for a person.</param>
    /// <param name="requestId">32 hex digits.</param>
    void Write(IBufferWriter<byte> output, int status, string message, string requestId);
}
