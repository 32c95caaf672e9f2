// What a step of drawings in fixed slots does beside its matrix products, each part in one pass over memory.
//
// `model.device.step` says the same in operations of torch, in the same order. `model.device.compiled` names the sizes:
//
//   H, GATES   outputs of the layer, and its sums: GATES * H, where GATES is 4 of an LSTM, 1 of a layer without memory
//   K, HEAD    components of the mixture, and outputs of the head in the order of `model.density.sampler`
//   COLUMNS    of a row of the products: the sums, the head's two digits, and what fills it up
//   FINE       1 where the head reads a second digit of the outputs
//   SEED, STEP, STOP, LEAST, TEMPERATURE, DRAWN, ORDERS, MOST   columns of `model.device.slots`, their number, rows kept
//   READS      in 1, of `model.linear`; COLDEST, COLD_INVERSE, BELOW_ONE, RHO_LIMIT, LOG_SIGMA_MIN, LOG_SIGMA_MAX
//   LANES, DRAWINGS   threads that share a drawing, and drawings of a block, in `draw`

typedef long long Whole;
typedef unsigned long long Bits;
typedef unsigned short Half;  // the bits of a float16

constexpr float reads = READS, coldest = COLDEST, cold_inverse = COLD_INVERSE, below_one = BELOW_ONE;

#define SUMS (GATES * H)
#define WIDTH (K > 3 ? K : 3)
#define FIRST (HEAD - 5 * K)  // where the first component's numbers are
#define PENS 3

#ifdef __CUDACC__
__device__ Half half_of(float number) {
  Half bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(number));
  return bits;
}
#endif

// As torch computes it on a CPU, bit for bit: by the exponential of SLEEF (Shibata and Petrogalli, 2020), whose
// operations these are, and which is within an ulp. What is fused there is fused here, and nothing else (`--fmad=false`).
__device__ float sigmoid(float x) {
  x = fminf(fmaxf(-x, -104.0f), 104.0f);
  const float whole = rintf(x * 1.442695040888963407359924681001892137f);
  const float rest = fmaf(whole, -1.428606765330187045e-06f, fmaf(whole, -0.693145751953125f, x));
  float sum = 0.000198527617612853646278381f;
  sum = fmaf(sum, rest, 0.00139304355252534151077271f);
  sum = fmaf(sum, rest, 0.00833336077630519866943359f);
  sum = fmaf(sum, rest, 0.0416664853692054748535156f);
  sum = fmaf(sum, rest, 0.166666671633720397949219f);
  sum = fmaf(sum, rest, 0.5f);
  sum = 1.0f + fmaf(rest * rest, sum, rest);
  return 1.0f / (1.0f + ldexpf(sum, (int)whole));
}

// A number in -1..1 as `QuantisedLinear` reads it.
__device__ float read_one(float x) { return fminf(fmaxf(rintf(x * reads + reads), 0.0f), 2 * reads - 1) - reads; }

__device__ void read_output(float h, Half* whole, Half* rest) {
  const float its = read_one(h);
  *whole = half_of(its);
  if (FINE) *rest = half_of(read_one(h * reads - its));
}

__device__ bool goes_on(const Whole* order) { return order[STEP] + order[DRAWN] < order[STOP]; }

// Philox 4x64 (Salmon et al., 2011): the four numbers of a seed and a step. numpy counts before it draws.
__device__ void philox(Bits seed, Bits step, Bits out[4]) {
  Bits k = seed, l = 0, w = step + 1, x = 0, y = 0, z = 0;
  for (int round = 0; round < 10; ++round) {
    const Bits left = 0xD2E7470EE14C6C93ULL * w, right = 0xCA5A826395121157ULL * y;
    const Bits above = __umul64hi(0xD2E7470EE14C6C93ULL, w), below = __umul64hi(0xCA5A826395121157ULL, y);
    w = below ^ x ^ k;
    x = right;
    y = above ^ z ^ l;
    z = left;
    k += 0x9E3779B97F4A7C15ULL;
    l += 0xBB67AE8584CAA73BULL;
  }
  out[0] = w, out[1] = x, out[2] = y, out[3] = z;
}

// noise [steps, n, 4]: two uniforms and two normals times sqrt(T_xy), as `Sampler.begin` makes them of `noise_of`.
extern "C" __global__ void prepare(const Whole* orders, float* noise, int n, int steps) {
  const int place = blockIdx.x * blockDim.x + threadIdx.x;
  if (place >= n * steps) return;
  const Whole* order = orders + (Whole)(place % n) * ORDERS;
  Bits bits[4];
  philox(order[SEED], order[STEP] + order[DRAWN] + place / n, bits);
  double unit[4];
  for (int i = 0; i < 4; ++i) unit[i] = (bits[i] >> 11) * 0x1p-53;
  const double radius = sqrt(-2 * log1p(-unit[2])), angle = 2 * 3.14159265358979323846 * unit[3];
  const float hot = sqrtf(((const float*)(order + TEMPERATURE))[0]);
  float* its = noise + (Whole)place * 4;
  for (int i = 0; i < 2; ++i) its[i] = (float)fmin(unit[i], 1 - 0x1p-24) * below_one;
  its[2] = (float)(radius * cos(angle)) * hot;
  its[3] = (float)(radius * sin(angle)) * hot;
}

// The outputs h [n, H] in whole numbers, and what that leaves of them.
extern "C" __global__ void read_outputs(const float* h, Half* whole, Half* rest, int n) {
  const Whole place = (Whole)blockIdx.x * blockDim.x + threadIdx.x;
  if (place < (Whole)n * H) read_output(h[place], whole + place, rest + place);
}

// `Decoder._take` behind its product: the next h and twice_c [n, H] in place, of row [n, 5] and products [n, COLUMNS].
extern "C" __global__ void cell(
    const Whole* orders, const float* row, const float* bias, const float* products, const float* gain,
    const float* of_row, float* h, float* twice_c, Half* whole, Half* rest, int n) {
  const Whole place = (Whole)blockIdx.x * blockDim.x + threadIdx.x;
  if (place >= (Whole)n * H) return;
  const int drawing = place / H, unit = place % H;
  if (!goes_on(orders + (Whole)drawing * ORDERS)) return;
  const float dx = row[drawing * 5], dy = row[drawing * 5 + 1], lift = row[drawing * 5 + 3];
  bias += (Whole)drawing * SUMS;
  products += (Whole)drawing * COLUMNS;
  float gate[GATES];
  for (int i = 0; i < GATES; ++i) {
    const int sum = i * H + unit;
    const float of_move = fmaf(dy, of_row[SUMS + sum], fmaf(dx, of_row[sum], bias[sum]));
    const float own = fmaf(lift, of_row[2 * SUMS + sum], of_move);
    gate[i] = sigmoid(own + products[sum] * gain[sum]);
  }
  float out;
  if (GATES == 4) {
    const float keep = gate[0], open = gate[3 % GATES];
    const float c = fmaf(4 * keep, gate[2 % GATES], twice_c[place] * gate[1]) - 2 * keep;
    twice_c[place] = c;
    out = fmaf(2 * open, sigmoid(c), -open);
  } else {
    out = 2 * gate[0] - 1;
  }
  h[place] = out;
  read_output(out, whole + place, rest + place);
}

// Which of `count` odds, by a number between 0 and 1.
__device__ int chosen(const float* odds, int count, float uniform) {
  float total = 0, sum = 0;
  for (int i = 0; i < count; ++i) total += odds[i];
  for (int i = 0; i < count; ++i) {
    sum += odds[i] / total;
    if (sum > uniform) return i;
  }
  return count - 1;
}

// The next row of each drawing, of its products with the head (`rests`: of what reading left), noise [n, 4] and, after
// an end, its last row; into `row` and `rows` [n, MOST, 5]. `frame`: the mean and the deviation of moves.
extern "C" __global__ void draw(
    Whole* orders, float* row, const float* products, const float* rests, const float* gain, const float* bias,
    const double* frame, const float* noise, float* rows, int n) {
  __shared__ float all_raw[DRAWINGS][HEAD];
  __shared__ float all_odds[DRAWINGS][K + PENS];
  const int drawing = blockIdx.x * DRAWINGS + threadIdx.y;
  if (drawing >= n) return;  // all lanes of a drawing alike
  Whole* order = orders + (Whole)drawing * ORDERS;
  float *raw = all_raw[threadIdx.y], *odds = all_odds[threadIdx.y];
  products += (Whole)drawing * COLUMNS + SUMS;
  rests += (Whole)drawing * 2 * HEAD;
  bias += (Whole)drawing * HEAD;
  for (int i = threadIdx.x; i < HEAD; i += LANES) {
    float first = products[i] * gain[i], second = products[HEAD + i] * gain[HEAD + i];
    if (FINE) {
      first += rests[i] * (gain[i] / reads);
      second += rests[HEAD + i] * (gain[HEAD + i] / reads);
    }
    raw[i] = first + second + bias[i];
  }
  __syncwarp();
  const float* temperature = (const float*)(order + TEMPERATURE);
  for (int i = threadIdx.x; i < K + PENS; i += LANES) {
    const bool of_pen = i >= K;
    const float* logits = of_pen ? raw + WIDTH : raw;
    const int count = of_pen ? PENS : K, own = of_pen ? i - K : i;
    const float hot = temperature[of_pen], inverse = hot == 0 ? cold_inverse : 1.0f / fmaxf(hot, coldest);
    float most = logits[0] * inverse;
    for (int j = 1; j < count; ++j) most = fmaxf(most, logits[j] * inverse);
    odds[i] = expf(logits[own] * inverse - most);
  }
  __syncwarp();
  if (threadIdx.x != 0) return;
  float *its = row + (Whole)drawing * 5, *kept = rows + ((Whole)drawing * MOST + order[DRAWN] % MOST) * 5;
  if (goes_on(order)) {
    noise += (Whole)drawing * 4;
    const float* component = raw + FIRST + 5 * chosen(odds, K, noise[0]);
    int pen = chosen(odds + K, PENS, noise[1]);
    if (pen == 2 && order[STEP] + order[DRAWN] < order[LEAST]) pen = raw[WIDTH + 1] > raw[WIDTH];
    if (its[4] == 1) pen = 2;  // what has ended stays ended
    const double rho = tanh((double)component[4]) * RHO_LIMIT;
    const double across[2] = {noise[2], noise[3] * sqrt(1 - rho * rho) + rho * noise[2]};
    for (int i = 0; i < 2; ++i) {
      const double sigma = exp((double)fminf(fmaxf(component[2 + i], LOG_SIGMA_MIN), LOG_SIGMA_MAX));
      its[i] = pen == 2 ? 0 : (across[i] * sigma + component[i]) * frame[2 + i] + frame[i];
    }
    for (int i = 0; i < PENS; ++i) its[2 + i] = pen == i;
  }
  for (int i = 0; i < 5; ++i) kept[i] = its[i];
  order[DRAWN] += 1;
}
