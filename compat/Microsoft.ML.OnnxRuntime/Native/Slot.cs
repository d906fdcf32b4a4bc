namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>
/// Positions in the C API's function table (struct OrtApi of onnxruntime_c_api.h). The table only ever grows at its
/// end: ONNX Runtime asserts at build time that ReleaseCustomOpDomain stays at 101, ReleaseModelMetadata at 118,
/// ReleaseAvailableProviders at 126.
/// </summary>
internal static class Slot
{
    internal const int GetErrorCode = 1;
    internal const int GetErrorMessage = 2;
    internal const int CreateEnv = 3;
    internal const int CreateSessionFromArray = 8;
    internal const int Run = 9;
    internal const int CreateSessionOptions = 10;
    internal const int SetSessionExecutionMode = 13;
    internal const int EnableMemPattern = 16;
    internal const int DisableMemPattern = 17;
    internal const int EnableCpuMemArena = 18;
    internal const int DisableCpuMemArena = 19;
    internal const int SetSessionLogId = 20;
    internal const int SetSessionLogSeverityLevel = 22;
    internal const int SetSessionGraphOptimizationLevel = 23;
    internal const int SetIntraOpNumThreads = 24;
    internal const int SetInterOpNumThreads = 25;
    internal const int SessionGetInputCount = 30;
    internal const int SessionGetOutputCount = 31;
    internal const int SessionGetInputTypeInfo = 33;
    internal const int SessionGetOutputTypeInfo = 34;
    internal const int SessionGetInputName = 36;
    internal const int SessionGetOutputName = 37;
    internal const int CreateRunOptions = 39;
    internal const int RunOptionsSetRunLogSeverityLevel = 41;
    internal const int RunOptionsSetTerminate = 46;
    internal const int RunOptionsUnsetTerminate = 47;
    internal const int CreateTensorAsOrtValue = 48;
    internal const int CreateTensorWithDataAsOrtValue = 49;
    internal const int GetTensorMutableData = 51;
    internal const int CastTypeInfoToTensorInfo = 55;
    internal const int GetOnnxTypeFromTypeInfo = 56;
    internal const int GetTensorElementType = 60;
    internal const int GetDimensionsCount = 61;
    internal const int GetDimensions = 62;
    internal const int GetSymbolicDimensions = 63;
    internal const int GetTensorShapeElementCount = 64;
    internal const int GetTensorTypeAndShape = 65;
    internal const int GetValueType = 67;
    internal const int CreateCpuMemoryInfo = 69;
    internal const int GetAllocatorWithDefaultOptions = 78;
    internal const int ReleaseEnv = 92;
    internal const int ReleaseStatus = 93;
    internal const int ReleaseMemoryInfo = 94;
    internal const int ReleaseSession = 95;
    internal const int ReleaseValue = 96;
    internal const int ReleaseRunOptions = 97;
    internal const int ReleaseTypeInfo = 98;
    internal const int ReleaseTensorTypeAndShapeInfo = 99;
    internal const int ReleaseSessionOptions = 100;
    internal const int AddSessionConfigEntry = 130;
    internal const int AllocatorFree = 76;
}
