namespace ConsoleWeb.Data.Logs.Bodies;

/// <summary>
/// Cuts a body where its parts are likely to come again: at each member of the outermost object and at each element of the arrays in it, so that a message, a tool or a system prompt is a part of its own whatever stands around it. The parts put together are
/// the body, byte for byte; what is no JSON is one part after the other of a fixed size.
/// </summary>
internal static class BodySplitter
{
    /// <summary>Smaller parts are joined with what follows them.</summary>
    private const int Smallest = 48;

    /// <summary>Larger parts are cut, so that one part never takes much memory.</summary>
    private const int Largest = 256 * 1024;

    /// <summary>The ends of the parts, ascending; the last one is the length.</summary>
    public static List<int> FindEnds(ReadOnlySpan<byte> body)
    {
        var ends = new List<int>();
        var (depth, start, isText) = (0, 0, false);
        for (var i = 0; i < body.Length; i++)
        {
            if (isText)
            {
                var next = body[i..].IndexOfAny((byte)'"', (byte)'\\');
                if (next < 0)
                {
                    break;
                }

                i += next;
                if (body[i] == '\\')
                {
                    i++;
                }
                else
                {
                    isText = false;
                }

                continue;
            }

            switch (body[i])
            {
                case (byte)'"':
                    isText = true;
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    // The first element of an array of the outermost object begins here: what comes before it is the same in every call.
                    if (depth == 2 && body[i] == '[')
                    {
                        Cut(i + 1, Smallest);
                    }

                    break;
                case (byte)'}' or (byte)']':
                    // The last element must look as it will when others follow it.
                    if (depth == 2 && body[i] == ']')
                    {
                        Cut(i, Smallest);
                    }

                    depth--;
                    break;
                case (byte)',' when depth is 1 or 2:
                    Cut(i, Smallest);
                    break;
            }
        }

        Cut(body.Length, smallest: 0);
        return ends;

        void Cut(int end, int smallest)
        {
            if (end - start < Math.Max(1, smallest))
            {
                return;
            }

            for (; end - start > Largest; start += Largest)
            {
                ends.Add(start + Largest);
            }

            if (end > start)
            {
                ends.Add(end);
            }

            start = end;
        }
    }
}
