using Google.Protobuf;
using Grpc.Core;
using V1 = KoopmanMesh.ServiceDefaults.Reflection.V1;
using V1Alpha = KoopmanMesh.ServiceDefaults.Reflection.V1Alpha;

namespace KoopmanMesh.ServiceDefaults.Reflection;

/// <summary>grpc.reflection.v1.ServerReflection.</summary>
internal sealed class ReflectionV1Service(ReflectionAnswers answers) : V1.ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<V1.ServerReflectionRequest> requestStream,
        IServerStreamWriter<V1.ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
        {
            await responseStream.WriteAsync(answers.Answer(requestStream.Current), context.CancellationToken)
                .ConfigureAwait(false);
        }
    }
}

/// <summary>grpc.reflection.v1alpha.ServerReflection: the same bytes under an older name.</summary>
internal sealed class ReflectionV1AlphaService(ReflectionAnswers answers)
    : V1Alpha.ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<V1Alpha.ServerReflectionRequest> requestStream,
        IServerStreamWriter<V1Alpha.ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
        {
            var request = V1.ServerReflectionRequest.Parser.ParseFrom(requestStream.Current.ToByteString());
            var response = answers.Answer(request).ToByteString();
            await responseStream
                .WriteAsync(V1Alpha.ServerReflectionResponse.Parser.ParseFrom(response), context.CancellationToken)
                .ConfigureAwait(false);
        }
    }
}
