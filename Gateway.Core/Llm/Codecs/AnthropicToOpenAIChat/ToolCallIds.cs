using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>Ids of tool calls as the upstream accepts them. Stateless: the same id becomes the same replacement on both sides and in every turn.</summary>
internal static class ToolCallIds
{
    private const int MaxLength = 40;
    private const int MistralLength = 9;
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <param name="id">The client's id; may be empty.</param>
    /// <param name="position">Ordinal of the call among all calls of the request, which takes the place of an empty id.</param>
    public static string Replace(string id, int position, ToolIdStyle style)
    {
        var source = id.Length == 0 ? "#" + position.ToString(CultureInfo.InvariantCulture) : id;
        if (style == ToolIdStyle.Mistral)
        {
            return id.Length == MistralLength && id.All(char.IsAsciiLetterOrDigit) ? id : ToBase62(SHA256.HashData(Encoding.UTF8.GetBytes(source)));
        }

        return id.Length is > 0 and <= MaxLength ? id : "call_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)).AsSpan(0, 16));
    }

    private static string ToBase62(byte[] hash)
    {
        // 64 bits hold ten digits of base 62; nine are wanted.
        var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash);
        return string.Create(MistralLength, value, static (digits, rest) =>
        {
            for (var i = 0; i < digits.Length; i++)
            {
                digits[i] = Base62[(int)(rest % 62)];
                rest /= 62;
            }
        });
    }
}
