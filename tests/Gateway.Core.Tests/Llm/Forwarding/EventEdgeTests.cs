using System.Text;
using Gateway.Core.Llm.Forwarding;

namespace Gateway.Core.Tests.Llm.Forwarding;

public sealed class EventEdgeTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("data: {}\n\n", true)]
    [InlineData("data: {}\r\n\r\n", true)]
    [InlineData("data: {}\n\ndata: {\"a\"", false)]
    [InlineData("data: {}\n", false)]
    [InlineData("data: {}\r\n", false)]
    public void IsWhole_WhereverTheNetworkCuts_IsTheSame(string text, bool expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var edge = default(EventEdge);
            edge.Push(bytes.AsSpan(0, cut));
            edge.Push(bytes.AsSpan(cut));

            Assert.Equal(expected, edge.IsWhole);
        }
    }
}
